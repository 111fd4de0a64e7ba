"""Programs for transfers_test.sh: ordinary h5py, each chosen by its first argument."""
import os
import subprocess
import sys
import time

import h5py
import numpy as np

COLUMNS = 1000


def rows(path, count):
    """Appends row by row, and tells the wall time from the first write to the close."""
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("x", (0, COLUMNS), "f4", maxshape=(None, COLUMNS), chunks=(100, COLUMNS),
                                      compression="gzip", shuffle=True)
        start = time.perf_counter()
        for number in range(int(count)):
            dataset.resize(number + 1, 0)
            dataset[number] = np.sin(np.arange(COLUMNS) / 50 + number / 30)
        dataset.id.flush()
        print(time.perf_counter() - start)


def large(path, megabytes):
    """Writes and reads parts of a file much larger than the memory limit; prints the peak memory in MiB."""
    count = int(megabytes)
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("x", (count, 512, 512), "f4", chunks=(1, 512, 512), compression="gzip",
                                      compression_opts=1, shuffle=True)
        image = np.arange(512 * 512, dtype="f4").reshape(512, 512)
        for number in range(count):
            dataset[number, :500] = image[:500] + number
        total = 0
        for number in range(0, count, 3):
            total += int(dataset[number, 7, 9] == image[7, 9] + number)
        print(total == len(range(0, count, 3)), end=" ")
    status = open("/proc/self/status").read()
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)


def lazy(path):
    """Opens 10 GB of chunks and looks at 10 elements; prints the bytes read from files meanwhile."""
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("x", (2560, 1024, 1024), "f4", chunks=(1, 256, 256), compression="gzip")
        dataset[100:102] = 5
    with h5py.File(path, "r") as file:
        before = int(open("/proc/self/io").read().split()[1])
        values = file["x"][100, 20, :10]
        after = int(open("/proc/self/io").read().split()[1])
        print((values == 5).all(), after - before)


def swmr(path):
    """A writer appends, and a stock reader in another process sees every row that was flushed."""
    reader = """
import sys, h5py
with h5py.File(sys.argv[1], "r", swmr=True) as file:
    for line in sys.stdin:
        file["x"].refresh()
        rows = file["x"][...]
        print(rows.shape[0], all((rows[n] == n).all() for n in range(rows.shape[0])), flush=True)
"""
    with h5py.File(path, "w", libver="latest") as file:
        dataset = file.create_dataset("x", (0, 10), "i4", maxshape=(None, 10), chunks=(4, 10), compression="gzip")
        late = file.create_dataset("late", (20,), "i4", maxshape=(None,), chunks=(7,), compression="gzip")
        late[3:15] = 9
        file.swmr_mode = True
        stock = {name: value for name, value in os.environ.items() if not name.startswith("HDF5_VOL")}
        with subprocess.Popen([sys.executable, "-c", reader, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, env=stock) as process:
            for number in range(11):
                dataset.resize(number + 1, 0)
                dataset[number] = number
                dataset.flush()
                process.stdin.write("look\n")
                process.stdin.flush()
                print(process.stdout.readline().strip(), end=", ", flush=True)
            process.stdin.close()
        print((late[...] == [0] * 3 + [9] * 12 + [0] * 5).all())


globals()[sys.argv[1]](*sys.argv[2:])
