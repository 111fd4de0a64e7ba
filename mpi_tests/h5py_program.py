"""An unmodified h5py program for MPI: compressed datasets written by all ranks together and by each alone
(the program of h5py issue 1159), appended to, and read back. Prints what went wrong in stock's words.

    mpiexec -n N python3 h5py_program.py FILE
"""
import sys

from mpi4py import MPI
import h5py
import numpy as np

ROWS = 96
ranks, rank = MPI.COMM_WORLD.size, MPI.COMM_WORLD.rank


def values(first, last, seed):
    column = np.arange(300)
    return (np.arange(first, last)[:, None] * 1000 + column * seed).astype('i4')


def mine(rows):
    return slice(rows * rank // ranks, rows * (rank + 1) // ranks)


def attempt(name, work):
    """What all ranks say of one piece of work."""
    try:
        work()
        said = 'done'
    except (OSError, ValueError, RuntimeError) as error:
        said = str(error).split('(')[0].strip()
    everybody = sorted(set(MPI.COMM_WORLD.allgather(said)))
    if rank == 0:
        print(f'{name}: {"; ".join(everybody)}', flush=True)


with h5py.File(sys.argv[1], 'w', driver='mpio', comm=MPI.COMM_WORLD) as file:
    options = dict(chunks=(10, 70), compression='gzip', shuffle=True)
    together = file.create_dataset('together', (ROWS, 300), 'i4', **options)
    converted = file.create_dataset('converted', (ROWS, 300), 'f8', fletcher32=True, **options)
    alone = file.create_dataset('alone', (ROWS, 300), 'i4', **options)
    grown = file.create_dataset('grown', (0, 300), 'i4', maxshape=(None, 300), **options)

    def write_together():
        with together.collective:
            together[mine(ROWS)] = values(0, ROWS, 1)[mine(ROWS)]

    def write_converted():
        with converted.collective:
            converted[mine(ROWS)] = values(0, ROWS, 2)[mine(ROWS)]

    def write_alone():
        alone[mine(ROWS)] = values(0, ROWS, 3)[mine(ROWS)]

    def append():
        for step in range(3):
            grown.resize(ROWS * (step + 1), axis=0)
            with grown.collective:
                place = mine(ROWS)
                grown[ROWS * step + place.start:ROWS * step + place.stop] = values(0, ROWS, 4 + step)[place]

    attempt('collective write', write_together)
    attempt('collective write with conversion', write_converted)
    attempt('collective appends', append)
    attempt('independent write', write_alone)

with h5py.File(sys.argv[1], 'r', driver='mpio', comm=MPI.COMM_WORLD) as file:
    for name, seed in ('together', 1), ('converted', 2), ('alone', 3), ('grown', 4):
        dataset = file[name]
        for kind in 'collective', 'independent':
            if kind == 'collective':
                with dataset.collective:
                    found = dataset[:ROWS]
            else:
                found = dataset[:ROWS]
            equal = MPI.COMM_WORLD.allgather(bool(np.array_equal(found, values(0, ROWS, seed)[:len(found)])))
            if rank == 0:
                print(f'{name}, {kind} read: {sorted(set(equal))}', flush=True)
