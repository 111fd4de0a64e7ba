"""Unmodified programs for profile_test.sh: profile_programs.py NAME [ARGUMENTS]."""
import os
import sys

import h5py
import numpy as np


def columns(path):
    """Writes fields step by step and reads columns of them."""
    r = np.random.default_rng(3)
    with h5py.File(path, "w") as f:
        for step in range(2):
            x = f.create_dataset(f"step_{step:04d}/u", (600, 900), "f4", chunks=True, compression="gzip")
            x[...] = r.random((600, 900), "f4")
    with h5py.File(path, "r") as f:
        for step in range(2):
            x = f[f"step_{step:04d}/u"]
            for _ in range(40):
                x[:, r.integers(900)]
        print(x.chunks, float(f["step_0000/u"][...].sum()), float(x[...].sum()))


def grow(path):
    """Appends rows to a dataset that begins empty and reads single columns."""
    r = np.random.default_rng(4)
    with h5py.File(path, "w") as f:
        x = f.create_dataset("log", (0, 2000), "f4", maxshape=(None, 2000), chunks=True, compression="gzip")
        for row in range(1000):
            x.resize(row + 1, 0)
            x[row] = row
        for _ in range(100):
            x[:, r.integers(2000)]
        print(x.chunks)


def selections(path):
    """One call of each kind of selection on a dataset of 1000 x 200."""
    with h5py.File(path, "w") as f:
        for name in ("box", "strided", "rows", "far_rows", "points", "all", "point_list", "nothing"):
            f.create_dataset(name, data=np.arange(200000, dtype="f4").reshape(1000, 200), chunks=(50, 50))
        f["scalar"] = 5.0
        f["text"] = ["a", "bb"]
    with h5py.File(path, "r") as f:
        f["box"][100:150, 30:40]
        f["strided"][10:100:2, 5:150:3]
        f["rows"][[3, 500, 800, 901], :]
        f["far_rows"][::100]
        f["points"][np.arange(1000) % 250 == 7, 3]
        f["all"][...]
        space = f["point_list"].id.get_space()
        space.select_elements([[1, 1], [999, 199], [500, 3]])
        f["point_list"].id.read(h5py.h5s.create_simple((3,)), space, np.empty(3, "f4"))
        f["nothing"][0:0]
        f["scalar"][()]
        f["text"][...]


def reader(path, number):
    """Reads so many rows, one per call."""
    with h5py.File(path, "r", locking=False) as f:
        for row in range(int(number)):
            f["x"][row]


def forked(path):
    """The parent reads before and after, three children each read and end as programs end."""
    f = h5py.File(path, "r", locking=False)
    for row in range(10):
        f["x"][row]
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            for row in range(4):
                f["x"][row]
            sys.exit()
        children.append(child)
    for child in children:
        print(os.waitpid(child, 0)[1])
    f["x"][0]


def workers(path):
    """Workers of multiprocessing, which end by os._exit: some close the file, one keeps it open."""
    import multiprocessing
    import time

    context = multiprocessing.get_context("fork")

    def closes(number):
        with h5py.File(path, "r", locking=False) as f:
            for row in range(number):
                f["x"][row]

    def keeps_open():
        f = h5py.File(path, "r", locking=False)
        end = time.monotonic() + 1.3
        while time.monotonic() < end:
            f["x"][3]
            time.sleep(0.1)

    with h5py.File(path, "r", locking=False) as f:
        f["x"][0]
    children = [context.Process(target=closes, args=(10,)) for _ in range(3)]
    children.append(context.Process(target=keeps_open))
    for child in children:
        child.start()
    for child in children:
        child.join()
        print(child.exitcode)


def same_loop(path, count):
    """Opens the dataset anew for each of many reads."""
    with h5py.File(path, "r") as f:
        for row in range(int(count)):
            f["x"][row % 100]


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
