#!/usr/bin/env python3
"""A large field written and read with plain h5py that knows nothing of h5pave.

usage: field.py write OUT          64 MiB of float32: a smooth field with small noise, gzip-4, shuffle
       field.py read IN COPY       reads it whole, and leaves what it got in COPY

Prints the seconds from opening the file to closing it, the values being at hand in memory.
"""

import sys
import time

import h5py
import numpy as np


def make_field(rows=4096, columns=4096):
    """A temperature-like field, 260 to 310, with noise of 0.01."""
    row, column = np.arange(rows)[:, None], np.arange(columns)
    smooth = 285 + 18 * np.sin(row / 60) * np.cos(column / 90) + 7 * np.sin(column / 37)
    noise = np.random.default_rng(1).standard_normal((rows, columns), "f4")
    return (smooth + np.float32(0.01) * noise).astype("f4")


def write(name):
    field = make_field()
    start = time.perf_counter()
    with h5py.File(name, "w") as out:
        out.create_dataset("field", data=field, chunks=(256, 1024), compression="gzip", compression_opts=4, shuffle=True)
    return time.perf_counter() - start


def read(name, copy):
    start = time.perf_counter()
    with h5py.File(name, "r") as source:
        field = source["field"][...]
    seconds = time.perf_counter() - start
    with h5py.File(copy, "w") as out:
        out["field"] = field
    return seconds


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("write", "read"):
        sys.exit(__doc__)
    print(f"{(write if sys.argv[1] == 'write' else read)(*sys.argv[2:]):.6f}")
