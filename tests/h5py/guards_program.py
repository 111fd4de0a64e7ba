"""An unmodified program whose datasets no modern index can hold, or only at an absurd price. Run off
and on by guards_test.sh; prints one line per dataset: what happened.

    guards_program.py FOLDER
"""
import sys

import h5py
import numpy as np

folder = sys.argv[1]


def outcome(name, action):
    try:
        print(name, '|', action())
    except Exception as error:  # whatever it is, stock must do the same
        print(name, '|', type(error).__name__, error)


def written(name, shape, maxshape, chunks, places, **more):
    """Writes a value at each place, closes, reads all back through a second open."""
    path = f'{folder}/{name}.h5'
    with h5py.File(path, 'w') as file:
        dataset = file.create_dataset('x', shape, 'f4', maxshape=maxshape, chunks=chunks, fillvalue=7, **more)
        for number, place in enumerate(places):
            extent = tuple(max(n, p + 1) for n, p in zip(dataset.shape, place))
            if extent != dataset.shape:
                dataset.resize(extent)
            dataset[place] = number + 1
    with h5py.File(path, 'r') as file:
        dataset = file['x']
        return dataset.shape, dataset.maxshape, [float(dataset[place]) for place in places]


def low_level(name, shape, maxshape, chunks):
    """The same without h5py's own checks of the arguments."""
    with h5py.File(f'{folder}/{name}.h5', 'w') as file:
        space = h5py.h5s.create_simple(shape, maxshape)
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_chunk(chunks)
        dataset = h5py.Dataset(h5py.h5d.create(file.id, b'x', h5py.h5t.NATIVE_FLOAT, space, creation))
        if np.prod(shape) > 1e6:
            return dataset.shape, dataset.maxshape, dataset.chunks
        dataset[...] = 1
        return dataset.shape, dataset.maxshape, dataset.chunks, float(dataset[...].sum())


UNLIMITED = h5py.h5s.UNLIMITED
corner = [(0, 0), (2, 9), (1, 5)]
for name, more in (('plain', {}), ('gzip', {'compression': 'gzip'})):
    outcome(f'wide-{name}', lambda: written(
        f'wide-{name}', (3, 10), (None, 10**12), (1, 1), corner + [(40, 5000)], **more))
    outcome(f'billion-{name}', lambda: written(
        f'billion-{name}', (10,), (10**9,), (1,), [(0,), (9,), (12345,), (999_999,)], **more))
    outcome(f'hundred-billion-{name}', lambda: written(
        f'hundred-billion-{name}', (10,), (10**11,), (1,), [(0,), (9,), (12345,), (99_999_999_998,)], **more))
    outcome(f'many-bounded-{name}', lambda: written(
        f'many-bounded-{name}', (2, 3, 4), (10**5, 10**5, None), (1, 1, 1),
        [(0, 0, 0), (1, 2, 3), (50000, 99999, 9)], **more))
    outcome(f'step-of-65536-{name}', lambda: written(
        f'step-of-65536-{name}', (1, 65536), (None, 65536), (1, 1), [(0, 0), (0, 65535), (3, 777)], **more))
    outcome(f'step-of-65537-{name}', lambda: written(
        f'step-of-65537-{name}', (1, 65537), (None, 65537), (1, 1), [(0, 0), (0, 65536), (3, 777)], **more))
    outcome(f'sparse-million-{name}', lambda: written(
        f'sparse-million-{name}', (10,), (10**6,), (1,), [(0,), (9,), (999_999,)], **more))

# Errors of stock stay the same errors.
outcome('chunk-beyond-fixed', lambda: written('chunk-beyond-fixed', (3, 10), (3, 10), (4, 10), corner))
outcome('chunk-beyond-fixed-low', lambda: low_level('a', (3, 10), (3, 10), (4, 10)))
outcome('chunk-beyond-maximum-low', lambda: low_level('b', (3, 10), (8, 10), (9, 10)))
outcome('chunk-within-maximum-low', lambda: low_level('c', (3, 10), (8, 10), (8, 10)))
outcome('chunk-beyond-unlimited-low', lambda: low_level('d', (3, 10), (UNLIMITED, 10), (9, 10)))
outcome('rank-mismatch-low', lambda: low_level('e', (3, 10), (3, 10), (3,)))
outcome('zero-chunk-low', lambda: low_level('f', (3, 10), (3, 10), (3, 0)))
# An error in 1.14; 2.x writes layout version 5 by itself.
outcome('four-gigabyte-chunk', lambda: low_level(
    'g', (2**16, 2**14 + 1), (UNLIMITED, UNLIMITED), (2**16, 2**14 + 1)))
outcome('resize-beyond-maximum', lambda: written('h', (3, 10), (5, None), (1, 1), [(6, 0)]))
