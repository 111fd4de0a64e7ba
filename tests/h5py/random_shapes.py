"""10,000 random dataset creations, sensible and not: one line each with what happened, for a comparison
of a run with and one without the connector.

    random_shapes.py create SEED COUNT    creates, uses and sometimes deletes datasets
    random_shapes.py read SEED COUNT      what is in the files that were written

With a fourth argument, any, chunk shapes may differ between the runs: they are not told, and no choice
depends on them. With any+filters that holds for filters as well.
"""
import random
import sys
import zlib

import h5py
import numpy as np

command, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ANY_CHUNKS = sys.argv[4:] in (['any'], ['any+filters'])
ANY_FILTERS = sys.argv[4:] == ['any+filters']
PER_FILE = 250
rng = random.Random(seed)
LENGTHS = (0, 1, 1, 2, 3, 5, 7, 10, 16, 31, 64, 100)
LARGE = (1000, 4097, 10**5, 10**6, 2**31, 2**32, 2**32 + 1, 10**11, 2**40, 2**63 - 1)
TYPES = ('<f4', '>f8', '<i2', 'u1', '<i8', '?', 'S7', 'c8', [('a', '<i4'), ('b', '>f4', (2,))])


def length():
    return rng.choice(LENGTHS) if rng.random() < 0.93 else rng.choice(LARGE)


def random_arguments():
    rank = rng.choices(range(1, 9), (8, 10, 6, 3, 1, 1, 1, 1))[0]
    shape = tuple(length() for _ in range(rank))
    maxshape = None
    if rng.random() < 0.7:
        maxshape = tuple(rng.choices((None, n, n + rng.choice(LENGTHS), length(), rng.choice(LARGE)),
                                     (4, 5, 3, 1, 1))[0] for n in shape)
    chunks = rng.random() < 0.1 or tuple(
        max(1, rng.choice((n, n // 2, rng.choice(LENGTHS[1:]), 1)) if n < 1000 else rng.choice(LENGTHS[1:]))
        for n in shape)
    if isinstance(chunks, tuple) and rng.random() < 0.05:
        chunks = tuple(rng.choice((n, 0, n * 100, n + 1)) for n in chunks)
    if isinstance(chunks, tuple) and rng.random() < 0.03:
        chunks = chunks[:-1] or (1, 1)
    if maxshape is not None and rng.random() < 0.03:
        maxshape = maxshape + (None,)
    more = rng.choice(({}, {}, {'compression': 'gzip', 'compression_opts': rng.randrange(10)},
                       {'shuffle': True}, {'fletcher32': True}, {'compression': 'lzf', 'shuffle': True},
                       {'scaleoffset': 3}))
    dtype = np.dtype(rng.choice(TYPES))
    if rng.random() < 0.3 and dtype.kind in 'fiu':
        more = dict(more, fillvalue=7)
    return shape, dict(maxshape=maxshape, chunks=chunks, dtype=dtype, **more)


def random_place(dataset):
    return tuple(rng.randrange(n) for n in dataset.shape)


def value_of(dtype, number):
    if dtype.kind == 'V':
        return np.array((number, (number, -number)), dtype)
    return np.array(b'text' if dtype.kind == 'S' else number % 100).astype(dtype)


def described(dataset):
    filters = (dataset.compression, dataset.compression_opts, dataset.shuffle, dataset.fletcher32)
    return (dataset.shape, dataset.maxshape, None if ANY_CHUNKS else dataset.chunks, str(dataset.dtype),
            *(() if ANY_FILTERS else filters), dataset.scaleoffset,
            str(dataset.fillvalue), dataset.id.get_create_plist().get_alloc_time(),
            dataset.id.get_create_plist().get_layout())


def chunk_bytes(dataset):
    return np.prod(dataset.chunks, dtype=float) * dataset.dtype.itemsize


def possible_chunks(dataset):
    return np.prod(np.ceil(np.divide(dataset.shape, dataset.chunks)))


def used(dataset):
    """Writes a few values, changes the extent, reads the values back."""
    # Millions of chunks: stock's v1 B-tree and a modern index both work, and cost time and space here.
    if ANY_CHUNKS:
        if np.prod(dataset.shape, dtype=float) > 2**21:
            return 'not used'
    elif chunk_bytes(dataset) > 2**16 or possible_chunks(dataset) > 10**6:
        return 'not used'
    told = []
    places = []
    for number in range(3):
        if 0 in dataset.shape:
            break
        places.append(random_place(dataset))
        dataset[places[-1]] = value_of(dataset.dtype, 10 * number + 1)
    # Shrinking visits every chunk that the former extent could have.
    if rng.random() < 0.4 and np.prod(dataset.shape, dtype=float) < 10**5:
        dim = rng.randrange(len(dataset.shape))
        told.append(attempt(lambda: dataset.resize(rng.choice(LENGTHS) + dataset.shape[dim] // 2, axis=dim)))
        told.append(dataset.shape)
    for place in places:
        if all(p < n for p, n in zip(place, dataset.shape)):
            told.append(str(dataset[place]))
    return [*told, checksum(dataset)]


def checksum(dataset):
    is_small = np.prod(dataset.shape, dtype=float) < 10**5
    return zlib.crc32(dataset[...].tobytes()) if is_small else 'large'


def attempt(action):
    try:
        return action()
    except Exception as error:
        return f'{type(error).__name__}: {error}'


def create():
    file = None
    for number in range(count):
        if number % PER_FILE == 0:
            if file:
                file.close()
            file = h5py.File(f'random{number}.h5', 'w')
        shape, arguments = random_arguments()
        name = f'd{number}'
        dataset = attempt(lambda: file.create_dataset(name, shape, **arguments))
        if not isinstance(dataset, h5py.Dataset):
            print(number, shape, arguments, dataset)
            continue
        print(number, described(dataset), attempt(lambda: used(dataset)))
        if rng.random() < 0.02:
            file.flush()
        if rng.random() < 0.1:
            print(number, 'delete', attempt(lambda: file.__delitem__(name)))
    file.close()


def read():
    for number in range(0, count, PER_FILE):
        with h5py.File(f'random{number}.h5', 'r') as file:
            for name, dataset in file.items():
                print(name, described(dataset), attempt(lambda: checksum(dataset)))


{'create': create, 'read': read}[command]()
