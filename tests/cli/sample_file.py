"""Makes a file with one dataset of every kind: index, type, dataspace, layout, filter, link."""
import sys

import h5py
import numpy as np


def indexes(group):
    values = np.arange(300, dtype='f4').reshape(30, 10)
    group.create_dataset('single', data=values, chunks=(30, 10))
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((5, 5))
    creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    h5py.h5d.create(group.id, b'implicit', h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((30, 10)), creation)
    group['implicit'][...] = values
    group.create_dataset('fixed', data=values, chunks=(5, 5), maxshape=(60, 10))
    group.create_dataset('extensible', data=values, chunks=(3, 2), maxshape=(30, None))
    group.create_dataset('btree2', data=values, chunks=(5, 5), maxshape=(None, None))


def types(group, file):
    group['float16'] = np.zeros(3, 'f2')
    group['int16be'] = np.zeros(3, '>i2')
    group['uint64'] = np.zeros(3, 'u8')
    group['fixed_string'] = np.array([b'abc'], 'S7')
    group.create_dataset('string', data=['a', 'bb', 'ccc'] * 10, dtype=h5py.string_dtype(), chunks=(4,))
    group['bool'] = np.zeros(3, bool)
    group['enum'] = np.zeros(2, h5py.enum_dtype({'RED': 3, 'GREEN': -5}, 'i1'))
    group['compound'] = np.zeros(3, [('a', 'i4'), ('b', 'f8', (3,)), ('c', 'S5')])
    group.create_dataset('vlen', data=np.array([np.arange(3), np.arange(4)], object),
                         dtype=h5py.vlen_dtype('i4'), chunks=(1,))
    group['reference'] = np.array([group.ref, file.ref], h5py.ref_dtype)
    region = group.create_dataset('region', (1,), h5py.regionref_dtype)
    region[0] = group['uint64'].regionref[:2]
    group['opaque'] = np.void(b'abc')
    file['a type'] = np.dtype('f8')
    group.create_dataset('committed', (3,), file['a type'])


def layouts(group):
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(group.id, b'compact', h5py.h5t.STD_I32LE, h5py.h5s.create_simple((4,)), creation)
    group['contiguous'] = np.arange(4)
    layout = h5py.VirtualLayout((4,), 'f4')
    layout[:] = h5py.VirtualSource('elsewhere.h5', 'x', (4,))
    group.create_virtual_dataset('virtual', layout)
    group.create_dataset('external', (4,), 'f4', external=[('values.bin', 0, 16)])


def filters(group):
    values = np.arange(10000, dtype='i4').reshape(100, 100)
    group.create_dataset('all', data=values, chunks=(30, 30), compression='gzip', shuffle=True, fletcher32=True)
    group.create_dataset('scaleoffset', data=values % 10, chunks=(30, 30), scaleoffset=4)
    # A chunk that says it was made by a filter which is not here.
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((4,))
    creation.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
    zstd = h5py.h5d.create(group.id, b'zstd', h5py.h5t.STD_I32LE, h5py.h5s.create_simple((8,)), creation)
    zstd.write_direct_chunk((0,), b'not really zstd')


def main():
    file = h5py.File(sys.argv[1], 'w', libver=('v110', 'v110'))
    indexes(file.create_group('index'))
    types(file.create_group('types'), file)
    space = file.create_group('space')
    space['scalar'] = 3
    space['null'] = h5py.Empty('f4')
    space.create_dataset('empty', (0,), 'f4', maxshape=(None,))
    layouts(file.create_group('layout'))
    filters(file.create_group('filters'))
    links = file.create_group('links')
    links['root'] = file['/']
    links['again'] = file['index/fixed']
    links['soft'] = h5py.SoftLink('/index/fixed')
    links['dangling'] = h5py.SoftLink('/nowhere')
    links['external'] = h5py.ExternalLink('elsewhere.h5', '/x')
    sparse = file.create_dataset('sparse', (100, 100), 'i1', chunks=(10, 10))
    sparse[5, 5] = 1
    sparse[95, 5] = 1
    file.close()


main()
