"""Programs for failures_test.sh: ordinary h5py in trouble, each chosen by its first argument."""

import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import h5py
import numpy as np

COLUMNS = 512


def row(number):
    """Does not compress, so that the file grows as fast as the data."""
    return np.random.default_rng(number).integers(0, 1 << 31, COLUMNS, dtype="i4")


def rows_dataset(file, rows):
    return file.create_dataset("rows", (rows, COLUMNS), "i4", maxshape=(None, COLUMNS), chunks=(16, COLUMNS),
                               compression="gzip", shuffle=True)


def full(path):
    """The file may not grow beyond 4 MB for a while, as on a full disk; then there is room again."""
    no_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    with h5py.File(path, "w") as file:
        dataset = rows_dataset(file, 8000)
        file.flush()
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, no_limit[1]))
        failed_at = None
        for number in range(8000):
            try:
                dataset[number] = row(number)
            except OSError as error:
                if failed_at is not None:
                    raise
                failed_at = number
                message = str(error)
                resource.setrlimit(resource.RLIMIT_FSIZE, no_limit)
                dataset[number] = row(number)
        print("failed in mid-write:", failed_at is not None and 1000 < failed_at < 7900)
        print("error is told:", failed_at is not None and bool(message))
        expected = np.stack([row(number) for number in range(8000)])
        print("read back before closing:", np.array_equal(dataset[...], expected))


def full_at_close(path, rows):
    """The disk is full from the last write to a flush. In 16 rows or fewer there is only one chunk."""
    file = h5py.File(path, "w")
    dataset = rows_dataset(file, int(rows))
    file.flush()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path), hard))
    errors = 0
    for action in (lambda: dataset.__setitem__(slice(0, 10), [row(n) for n in range(10)]), dataset.flush):
        try:
            action()
        except (OSError, RuntimeError):
            errors += 1
    print("told:", errors > 0, flush=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    dataset.flush()
    print("kept for the next flush:", np.array_equal(dataset[:10], [row(n) for n in range(10)]))
    file.close()


def full_disk(path, step):
    """The disk is full in mid-write; then another file goes, and there is room again. The file is verified as
    stock HDF5 reads it."""
    rows, step = 1600, int(step)
    with open("ballast", "wb") as ballast:
        ballast.write(bytes(3_000_000))
    failures = []
    with h5py.File(path, "w", rdcc_nbytes=1 << 16) as file:
        dataset = rows_dataset(file, rows)
        file.flush()
        for first in range(0, rows, step):
            values = np.stack([row(number) for number in range(first, first + step)])
            try:
                dataset[first:first + step] = values
            except OSError as error:
                failures.append((first, str(error)))
                os.remove("ballast")
                dataset[first:first + step] = values
        print("failed in mid-write:", len(failures) == 1 and 100 < failures[0][0] < 1550)
        print("error is told:", bool(failures) and bool(failures[0][1]))
        expected = np.stack([row(number) for number in range(rows)])
        print("read back before closing:", np.array_equal(dataset[...], expected), flush=True)
    stock = {name: value for name, value in os.environ.items() if not name.startswith("HDF5_")}
    told = subprocess.run([sys.executable, __file__, "verify", path, str(rows)], env=stock, capture_output=True,
                          text=True)
    print("nothing is lost:", told.stdout.strip())


def verify(path, rows):
    with h5py.File(path, "r") as file:
        found = file["rows"][:int(rows)]
        print(np.array_equal(found, np.stack([row(number) for number in range(int(rows))])))


def append(path):
    """Appends until it is killed; tells how many rows were flushed."""
    with h5py.File(path, "w") as file:
        dataset = rows_dataset(file, 0)
        file.flush()
        for number in range(100000):
            dataset.resize(number + 1, 0)
            dataset[number] = row(number)
            if (number + 1) % 48 == 0:
                file.flush()
                print(number + 1, flush=True)


def kill(path, times):
    """Kills append() at random moments; everything flushed before must be there."""
    for attempt in range(int(times)):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(writer, 1)
            append(path)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as lines:
            lines.readline()
            time.sleep(random.Random(attempt).random() * 0.1)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            told = [int(line) for line in lines.read().split("\n") if line]
        print(path, told[-1] if told else 48, flush=True)
        shutil.move(path, f"{path}.{attempt}")


def sample(path):
    values = np.random.default_rng(3)
    with h5py.File(path, "w") as file:
        for name, chunks, maxshape in (("fixed", (8, 9), (40, 30)), ("extensible", (8, 9), (None, 30)),
                                       ("btree", (8, 9), (None, None)), ("single", (40, 30), (40, 30))):
            file.create_dataset(name, data=values.integers(0, 50, (40, 30)).astype("i4"), chunks=chunks,
                                maxshape=maxshape, compression="gzip", shuffle=True, fletcher32=name == "fixed")


def damaged(path, times):
    """What each of many damaged copies reads as, object by object; a child per copy, since stock HDF5
    itself may crash on some."""
    whole = open(path, "rb").read()
    for attempt in range(int(times)):
        rng = random.Random(attempt)
        bytes_ = bytearray(whole)
        for _ in range(rng.choice([1, 1, 3, 20])):
            bytes_[rng.randrange(len(bytes_))] ^= 1 << rng.randrange(8)
        copy = path + ".damaged"
        open(copy, "wb").write(bytes_)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            signal.alarm(60)
            lines = []
            for name in ("fixed", "extensible", "btree", "single"):
                try:
                    with h5py.File(copy, "r") as file:
                        dataset = file[name]
                        text = hashlib.sha256(dataset[...].tobytes()).hexdigest()[:16]
                        text += hashlib.sha256(dataset[5:17, ::3].tobytes()).hexdigest()[:16]
                except (OSError, KeyError, ValueError, RuntimeError, TypeError, MemoryError) as error:
                    text = type(error).__name__
                lines.append(f"{attempt} {name} {text}")
            print("\n".join(lines), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(f"{attempt} ended by status {status}")


signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
globals()[sys.argv[1]](*sys.argv[2:])
