"""Datasets that grow past what an Extensible Array can number, unmodified h5py; run off and on by
outgrown_test.sh, which compares the lines.

    outgrown_program.py write FOLDER     creates, fills, grows, writes near both ends, reads back
    outgrown_program.py read FOLDER      what is in the files

A step along the unlimited dimension takes as many slots as the bounded dimensions have chunks at their
maximum; 2^32 slots are the limit.
"""
import collections
import itertools
import sys

import h5py
import numpy as np

command, folder = sys.argv[1:]
Case = collections.namedtuple('Case', 'name shape maxshape chunks grown')
CASES = (
    Case('far', (2500,), (None,), (1000,), (5 * 10**12,)),
    Case('last-slot', (10,), (None,), (1,), (2**32,)),
    Case('one-too-many', (10,), (None,), (1,), (2**32 + 1,)),
    Case('partial-chunk', (25,), (None,), (10,), (10 * 2**32 + 3,)),
    Case('rows', (25, 33), (None, 100), (10, 10), (10**11, 40)),
    Case('rows-last-slot', (3, 5), (None, 64), (1, 1), (2**26, 7)),
    Case('rows-one-too-many', (3, 5), (None, 64), (1, 1), (2**26 + 1, 7)),
    Case('columns-of-one-chunk', (8, 25), (10, None), (10, 10), (9, 10**12)),
    Case('columns-empty', (0, 0), (100, None), (10, 10), (90, 10**12)),
    Case('three', (3, 7, 5), (None, 8, 6), (2, 3, 4), (10**10, 8, 6)),
)
FILTERS = {'plain': {}, 'gzip': {'compression': 'gzip', 'shuffle': True}}
FLUSHES = ('dirty', 'flushed')


def variants():
    for case, filters, flush in itertools.product(CASES, FILTERS, FLUSHES):
        yield case, filters, flush, f'{folder}/{case.name}-{filters}-{flush}.h5'


def corner(shape, from_end):
    """A place near one end of every dimension."""
    return tuple(n - 1 - min(2, n - 1) if from_end else min(3, n - 1) for n in shape)


def first_values(case):
    count = int(np.prod(case.shape))
    return np.arange(1, count + 1, dtype='f4').reshape(case.shape)


def seen(dataset, case):
    """The old part whole, the corners, and a place that nobody wrote."""
    old = dataset[tuple(slice(0, n) for n in case.shape)]
    middle = tuple(n // 2 for n in dataset.shape)
    return (dataset.shape, dataset.maxshape, old.tolist(), float(dataset[corner(dataset.shape, True)]),
            float(dataset[middle]))


def write():
    for case, filters, flush, path in variants():
        with h5py.File(path, 'w') as file:
            dataset = file.create_dataset('x', case.shape, 'f4', maxshape=case.maxshape, chunks=case.chunks,
                                          fillvalue=7, **FILTERS[filters])
            if dataset.size:
                dataset[...] = first_values(case)
            if flush == 'flushed':
                file.flush()
            dataset.resize(case.grown)
            dataset[corner(case.grown, False)] = -1
            dataset[corner(case.grown, True)] = -2
            print(case.name, filters, flush, 'open', seen(dataset, case))
            if case.name.endswith('last-slot'):
                continue  # to convert an array whose last slot is used takes minutes
            # Another handle, and a further step.
            again = file['x']
            longer = tuple(n + 1 if m is None else n for n, m in zip(case.grown, case.maxshape))
            again.resize(longer)
            again[corner(longer, True)] = -3
            print(case.name, filters, flush, 'longer', seen(again, case))


def read():
    for case, filters, flush, path in variants():
        with h5py.File(path, 'r') as file:
            print(case.name, filters, flush, seen(file['x'], case), float(file['x'][corner(case.grown, True)]))


{'write': write, 'read': read}[command]()
