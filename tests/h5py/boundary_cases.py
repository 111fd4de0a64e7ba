"""The datasets of the boundary table: every place where the HDF5 format changes how it finds a chunk.

Shared by the writer and the reader of boundaries_test.py. No HDF5 in here.
"""
import dataclasses
import zlib

import numpy as np

FILTERS = {
    'none': {},
    'gzip': {'compression': 'gzip', 'compression_opts': 4},
    'shuffle+gzip': {'shuffle': True, 'compression': 'gzip', 'compression_opts': 4},
    'fletcher32': {'fletcher32': True},
}

FIXED, EXTENSIBLE, BTREE2 = 'Fixed Array', 'Extensible Array', 'v2 B-tree'
SINGLE, BTREE1 = 'Single Chunk', 'v1 B-tree'


@dataclasses.dataclass
class Case:
    """One dataset. `how`: written whole, in appends (by resizing), or only in parts ("sparse")."""
    boundary: str
    shape: tuple
    maxshape: tuple
    chunks: tuple
    index: str
    how: str = 'whole'
    dtype: str = '<f4'
    filters: tuple = tuple(FILTERS)
    name: str = ''

    def fill(self):
        return {'f': -7.5, 'i': -77, 'u': 77}[np.dtype(self.dtype).kind]

    def rng(self, salt=''):
        return np.random.default_rng(zlib.crc32((self.name + salt).encode()))

    def possible_chunks(self):
        return int(np.prod([-(-n // c) for n, c in zip(self.shape, self.chunks)]))

    def data(self):
        """Random values; some NaN and infinities among floats."""
        dtype = np.dtype(self.dtype)
        if dtype.kind == 'f':
            values = self.rng().standard_normal(self.shape).astype(dtype)
            flat = values.reshape(-1)
            flat[::7] = np.round(flat[::7])
            flat[3::101] = np.nan
            flat[5::103] = -np.inf
            return values
        limits = np.iinfo(dtype)
        return self.rng().integers(limits.min, limits.max, self.shape, endpoint=True,
                                   dtype=dtype.newbyteorder('=')).astype(dtype)


def boxes_of_parts(case):
    """Boxes (tuples of slices) that a sparse writer writes: about a third of the first dimension that
    is long enough, at random places, whole in the others."""
    long_dim = max(range(len(case.shape)), key=lambda d: case.shape[d])
    length = case.shape[long_dim]
    rng = case.rng('parts')
    starts = np.unique(np.append(rng.integers(0, length, max(1, min(200, length // 3))), length - 1))
    for start in starts:
        box = [slice(0, n) for n in case.shape]
        box[long_dim] = slice(int(start), int(start) + 1)
        yield tuple(box)


def growing_extents(case):
    """Extents of a program that appends in uneven steps, ending with the full shape."""
    rng = case.rng('steps')
    unlimited = [d for d, m in enumerate(case.maxshape) if m is None]
    extent = [0 if d in unlimited else n for d, n in enumerate(case.shape)]
    for step in range(6):
        for d in unlimited:
            left = case.shape[d] - extent[d]
            extent[d] += int(rng.integers(0, left, endpoint=True)) if step < 5 else left
            yield tuple(extent)


def _arrays():
    for count in (1023, 1024, 1025, 2049):
        yield Case(f'Fixed Array, {count} chunks', (3 * count,), (3 * count,), (3,), FIXED)
    yield Case('Fixed Array, 1024 chunks in 2-D', (128, 64), (128, 64), (4, 2), FIXED, dtype='>i2')
    yield Case('Fixed Array, 1025 chunks in 2-D', (99, 82), (99, 82), (4, 2), FIXED, dtype='>f8')
    yield Case('Fixed Array, 1025 chunks, sparse', (1025, 4), (1025, 4), (1, 4), FIXED, 'sparse')
    yield Case('Fixed Array, 5000 chunks, sparse', (5000, 2), (5000, 2), (1, 2), FIXED, 'sparse', '<u2')
    yield Case('maximum beyond the extent: 10 of 1025 chunks', (30,), (3075,), (3,), FIXED)
    yield Case('maximum beyond the extent, 2-D', (30, 10), (60, 25), (4, 3), FIXED, dtype='<i8')
    yield Case('maximum beyond the extent, sparse', (300, 10), (900, 25), (4, 3), FIXED, 'sparse')
    yield Case('single chunk', (30, 10), (30, 10), (30, 10), SINGLE)
    for count in (20, 21, 244, 245):
        yield Case(f'Extensible Array, {count} chunks', (2 * count,), (None,), (2,), EXTENSIBLE)
        yield Case(f'Extensible Array, {count} chunks, appended', (2 * count, 3), (None, 3), (2, 3),
                   EXTENSIBLE, 'append', '<f8')
    for count in (131060, 131061):
        some = ('none', 'gzip') if count == 131061 else ('none',)
        yield Case(f'Extensible Array, {count} chunks', (count,), (None,), (1,), EXTENSIBLE,
                   'append', '<u2', some)
    yield Case('Extensible Array, 131061 chunks, unlimited dimension 1', (6, 43687), (6, None),
               (2, 1), EXTENSIBLE, 'append', '<u2', ('none', 'gzip'))
    yield Case('Extensible Array, 300000 chunks, sparse', (300000,), (None,), (1,), EXTENSIBLE,
               'sparse', '<i4')


def _turned():
    for count in (20, 21, 244, 245):
        yield Case(f'Extensible Array, {count} chunks, unlimited dimension 1', (3, 4 * count),
                   (3, None), (3, 4), EXTENSIBLE, 'append')
    yield Case('Extensible Array, unlimited dimension 1, 10 chunks per step', (30, 41), (30, None),
               (3, 2), EXTENSIBLE, 'append', '>f4')
    yield Case('Extensible Array, unlimited dimension 1, bounded beyond', (30, 41), (75, None),
               (4, 3), EXTENSIBLE, 'append', '<i2')
    yield Case('Extensible Array, 3-D, unlimited dimension 1', (5, 83, 7), (5, None, 7), (2, 3, 3),
               EXTENSIBLE, 'append')
    yield Case('Extensible Array, 3-D, unlimited dimension 2', (5, 7, 83), (5, 9, None), (2, 3, 3),
               EXTENSIBLE, 'append', '<f8')
    yield Case('Extensible Array, 3-D, unlimited dimension 2, sparse', (5, 7, 300), (5, 9, None),
               (2, 3, 3), EXTENSIBLE, 'sparse', '<f8')


def _trees():
    for rows, columns in ((12, 7), (17, 5), (20, 20), (40, 43)):
        yield Case(f'v2 B-tree, {rows * columns} chunks', (3 * rows, 2 * columns), (None, None),
                   (3, 2), BTREE2)
        yield Case(f'v2 B-tree, {rows * columns} chunks, appended', (3 * rows, 2 * columns),
                   (None, None), (3, 2), BTREE2, 'append', '>i4')
    yield Case('v2 B-tree, 3-D, one bounded dimension', (22, 10, 25), (None, 13, None), (3, 4, 2),
               BTREE2, 'append')
    yield Case('v2 B-tree, 3-D, all unlimited, sparse', (22, 10, 250), (None,) * 3, (3, 4, 2),
               BTREE2, 'sparse')


def _edges():
    yield Case('partial edge chunks, fixed', (10, 10), (10, 10), (3, 3), FIXED)
    yield Case('partial edge chunks, fixed 3-D', (10, 11, 13), (10, 11, 13), (4, 5, 6), FIXED,
               dtype='<u8')
    yield Case('partial edge chunks, one unlimited', (10, 11), (None, 11), (4, 4), EXTENSIBLE, 'append')
    yield Case('partial edge chunks, two unlimited', (10, 11), (None, None), (4, 4), BTREE2, 'append')
    yield Case('chunk longer than the extent, not than the maximum', (3, 2), (9, None), (5, 4),
               EXTENSIBLE)
    yield Case('empty, never written', (0, 5), (None, 5), (2, 5), EXTENSIBLE)


def _stored_sizes():
    """Around the steps of the field that holds a filtered chunk's stored size."""
    for size in (1, 127, 128, 255, 256, 32767, 32768, 65535, 65536):
        for kind, maxshape, index in (('fixed', 3 * size, FIXED), ('unlimited', None, EXTENSIBLE)):
            yield Case(f'chunk of {size} bytes, {kind}', (3 * size - size // 2,),
                       (maxshape,), (size,), index, dtype='<u1')
    for size in (255, 256, 65536):
        yield Case(f'chunk of {size} bytes, v2 B-tree', (2 * size, 2), (None, None), (size, 1), BTREE2,
                   dtype='<u1')


def _ranks():
    for rank in range(1, 33):
        # Four dimensions that vary, spread over the rank; the others have length 1.
        places = sorted({0, rank // 3, 2 * rank // 3, rank - 1})
        shape = tuple((5, 3, 4, 3)[places.index(d)] if d in places else 1 for d in range(rank))
        chunks = tuple(2 if d in places else 1 for d in range(rank))
        yield Case('rank 1 to 32, fixed', shape, shape, chunks, FIXED, name=f'rank {rank} fixed')
        one = tuple(None if d == places[rank % len(places)] else n for d, n in enumerate(shape))
        yield Case('rank 1 to 32, one unlimited', shape, one, chunks, EXTENSIBLE, 'append',
                   name=f'rank {rank} one')
        if rank > 1:
            two = tuple(None if d in (places[0], places[-1]) else n for d, n in enumerate(shape))
            yield Case('rank 2 to 32, two unlimited', shape, two, chunks, BTREE2, 'append',
                       name=f'rank {rank} two')


def all_cases():
    cases = [*_arrays(), *_turned(), *_trees(), *_edges(), *_stored_sizes(), *_ranks()]
    for case in cases:
        case.name = case.name or case.boundary
    assert len({case.name for case in cases}) == len(cases)
    return cases
