"""Proves `h5pave info --chunks` element by element: chunk_listing.py H5PAVE FOLDER.

Each case is written by stock h5py. Every listed chunk is then read from the file at the listed address
without HDF5, decoded here, and compared with the values that h5py reads at the listed offset.
"""
import itertools
import json
import os
import subprocess
import sys
import zlib

import h5py
import numpy as np

# name, shape, maxshape, chunks: the unlimited dimension in each place, limits beyond the extent, partial
# edge chunks, and enough chunks for super blocks (> 244) of an Extensible Array.
SHAPES = [
    ('ea_2d_first', (31, 11), (None, 20), (3, 2)),
    ('ea_2d_last', (31, 11), (50, None), (3, 2)),
    ('ea_3d_0', (7, 9, 11), (None, 20, 30), (2, 3, 4)),
    ('ea_3d_1', (7, 9, 11), (8, None, 30), (2, 3, 4)),
    ('ea_3d_2', (7, 9, 11), (20, 10, None), (2, 3, 4)),
    ('ea_3d_1_many', (9, 40, 7), (10, None, 9), (2, 1, 2)),
    ('ea_4d_2', (3, 4, 5, 6), (4, 9, None, 7), (2, 2, 2, 4)),
    ('ea_1d', (101,), (None,), (4,)),
    ('fixed_2d', (31, 11), (40, 20), (3, 2)),
    ('fixed_paged', (1100, 1), (1100, 2), (1, 1)),
    ('single', (7, 9), (7, 9), (7, 9)),
    ('btree2', (31, 11), (None, None), (3, 2)),
    ('btree2_3d', (7, 9, 11), (None, 20, None), (2, 3, 4)),
]
FILTERS = {
    'plain': {},
    'deflate': {'compression': 'gzip', 'compression_opts': 1},
    'shuffle_deflate': {'compression': 'gzip', 'shuffle': True},
    'all': {'compression': 'gzip', 'shuffle': True, 'fletcher32': True},
}


def decode(raw, dataset, mask):
    """Undoes the filters of one chunk, last first, except those left out in the mask."""
    pipeline = dataset.id.get_create_plist()
    for position in reversed(range(pipeline.get_nfilters())):
        if mask >> position & 1:
            continue
        number = pipeline.get_filter(position)[0]
        if number == h5py.h5z.FILTER_DEFLATE:
            raw = zlib.decompress(raw)
        elif number == h5py.h5z.FILTER_FLETCHER32:
            raw = raw[:-4]
        elif number == h5py.h5z.FILTER_SHUFFLE:
            size = dataset.dtype.itemsize
            raw = np.frombuffer(raw, 'u1').reshape(size, -1).T.tobytes()
        else:
            raise ValueError('filter %d' % number)
    return np.frombuffer(raw, dataset.dtype).reshape(dataset.chunks)


def compare(dataset, listed, file):
    """The chunks of one dataset; returns how many."""
    expected = set(itertools.product(*(range(0, size, chunk) for size, chunk in zip(dataset.shape, dataset.chunks))))
    offsets = [tuple(chunk['offset']) for chunk in listed]
    assert len(set(offsets)) == len(offsets), '%s: an offset is listed twice' % dataset.name
    if 'sparse' not in dataset.name:
        assert set(offsets) == expected, '%s: not the offsets of its chunks' % dataset.name
    assert len(offsets) == dataset.id.get_num_chunks(), dataset.name
    for chunk, offset in zip(listed, offsets):
        assert offset in expected, '%s: %s is no chunk' % (dataset.name, offset)
        raw = os.pread(file, chunk['stored_bytes'], chunk['address'])
        values = decode(raw, dataset, chunk['filter_mask'])
        inside = tuple(slice(start, start + size) for start, size in zip(offset, dataset.chunks))
        stored = dataset[inside]
        mine = values[tuple(slice(0, size) for size in stored.shape)]
        assert np.array_equal(mine, stored), '%s: chunk %s has other values' % (dataset.name, offset)
    return len(offsets)


def fill(file):
    """All cases; each element of a dataset is different, so that no permutation goes unseen."""
    for (name, shape, limit, chunks), (filters, options) in itertools.product(SHAPES, FILTERS.items()):
        values = np.arange(np.prod(shape), dtype='i4').reshape(shape)
        file.create_dataset('%s_%s' % (name, filters), data=values, maxshape=limit, chunks=chunks, **options)
    sparse = file.create_dataset('ea_sparse', (7, 9, 11), 'i4', maxshape=(20, None, 30), chunks=(2, 3, 4))
    sparse[6, 8, 10] = 1
    sparse[0, 4, 5] = 2
    grown = file.create_dataset('ea_grown', (5, 3), 'i4', maxshape=(5, None), chunks=(2, 2))
    grown[...] = np.arange(15).reshape(5, 3)
    for columns in (7, 4, 13):  # growing and shrinking
        old = min(grown.shape[1], columns)
        grown.resize((5, columns))
        grown[:, old:] = np.arange(5 * (columns - old)).reshape(5, -1) + 1000 * columns
    mixed = file.create_dataset('ea_mixed_mask', (4, 8), 'i4', maxshape=(4, None), chunks=(2, 2), compression='gzip')
    mixed[...] = np.arange(32).reshape(4, 8)
    mixed.id.write_direct_chunk((2, 4), np.arange(70, 74, dtype='i4').tobytes(), filter_mask=1)


def check_file(command, path, **options):
    with h5py.File(path, 'w', **options) as file:
        fill(file)
    report = json.loads(subprocess.check_output([command, 'info', '--json', '--chunks', path]))
    with h5py.File(path, 'r') as file, open(path, 'rb') as raw:
        counts = [compare(file[dataset['path']], dataset['chunks'], raw.fileno()) for dataset in report['datasets']]
    assert len(counts) == len(SHAPES) * len(FILTERS) + 3, len(counts)
    subprocess.check_call([command, 'info', '--verify', path])
    return len(counts), sum(counts)


def main():
    command, folder = sys.argv[1:]
    os.makedirs(folder)
    modern = {'libver': ('v110', 'v110')}
    for name, options in (('modern', modern), ('user_block', {'userblock_size': 1024, **modern}), ('old', {})):
        datasets, chunks = check_file(command, os.path.join(folder, name + '.h5'), **options)
        print('%s: %d datasets, %d chunks compared' % (name, datasets, chunks))


main()
