"""Programs for chunk_writer_test.sh: ordinary h5py, each chosen by its first argument."""

import os
import resource
import shutil
import sys

import h5py
import numpy as np


def field():
    """A smooth field with small noise: 64 chunks of 256 KiB."""
    values = np.random.default_rng(5).normal(0, 1e-3, (2048, 2048))
    return (values + np.sin(np.linspace(0, 50, 2048 * 2048)).reshape(2048, 2048)).astype("f4")


def images():
    return np.random.default_rng(6).poisson(40, (12, 600, 500)).astype("u2")


def write(path):
    with h5py.File(path, "w") as file:
        grid = file.create_dataset("grid", (2048, 2048), "f4", chunks=(256, 256), compression="gzip", shuffle=True)
        grid[...] = field()
        stack = file.create_dataset("stack", (0, 600, 500), "u2", chunks=(1, 600, 500), maxshape=(None, 600, 500),
                                    compression="gzip", compression_opts=1, shuffle=True, fletcher32=True)
        for number, image in enumerate(images()):
            stack.resize(number + 1, 0)
            stack[number] = image


def verify(path):
    with h5py.File(path, "r") as file:
        assert np.array_equal(file["grid"][...], field())
        assert np.array_equal(file["grid"][100:1900, 7:2040], field()[100:1900, 7:2040])
        assert np.array_equal(file["stack"][...], images())


def fork(path):
    """Workers run in the parent, then the child writes and reads a file of its own."""
    write(path)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        write(path + ".child")
        verify(path + ".child")
        verify(path)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    verify(path)
    print("child", "ok" if status == 0 else status, "parent ok")


def full(path):
    """The file may not grow beyond 1 MB: as a full disk, without one."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    try:
        write(path)
    except (OSError, RuntimeError):
        print("an error", flush=True)


def damaged(path):
    """One stored byte flipped in a checksummed chunk: an error, and the other chunks are still read."""
    copy = path + ".damaged"
    shutil.copy(path, copy)
    with h5py.File(copy, "r") as file:
        chunk = file["stack"].id.get_chunk_info(3)
    with open(copy, "r+b") as raw:
        raw.seek(chunk.byte_offset + chunk.size // 2)
        byte = raw.read(1)
        raw.seek(-1, os.SEEK_CUR)
        raw.write(bytes([byte[0] ^ 0xFF]))
    with h5py.File(copy, "r") as file:
        try:
            file["stack"][...]
            print("no error")
        except OSError as error:
            print(error)
        print(np.array_equal(file["grid"][...], field()), np.array_equal(file["stack"][4:], images()[4:]))


{"write": write, "verify": verify, "fork": fork, "full": full, "damaged": damaged}[sys.argv[1]](sys.argv[2])
