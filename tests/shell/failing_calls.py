"""Failing operations through h5py: prints type, errno and text of each exception. Run off and on."""
import h5py
import numpy as np


def tell(name, action):
    try:
        print(name, '| passed |', action())
    except Exception as error:
        print(name, '|', type(error).__name__, getattr(error, 'errno', None), '|', error)


with h5py.File('a.h5', 'w') as file:
    x = file.create_dataset('x', (3, 10), 'f4', maxshape=(5, None), chunks=(2, 5))
    fixed = file.create_dataset('fixed', (3, 10), 'f4', chunks=(2, 5), compression='gzip')
    file.create_group('group')
    tell('resize beyond maximum', lambda: x.resize((6, 10)))
    tell('resize fixed', lambda: fixed.resize((2, 10)))
    tell('resize rank', lambda: x.resize((3,)))
    tell('open missing', lambda: file['missing'])
    tell('open below dataset', lambda: file['x/y'])
    tell('create over existing', lambda: file.create_dataset('x', (3,), 'f4', chunks=(2,)))
    tell('create over group', lambda: file.create_group('group'))
    tell('maximum below shape', lambda: file.create_dataset('m', (3,), 'f4', maxshape=(2,), chunks=(2,)))
    tell('chunk beyond shape', lambda: file.create_dataset('c', (3,), 'f4', chunks=(4,)))
    tell('chunk rank', lambda: file.create_dataset('r', (3,), 'f4', chunks=(1, 1)))
    tell('zero chunk', lambda: file.create_dataset('z', (3,), 'f4', chunks=(0,)))
    tell('compact and chunked', lambda: file.create_dataset('s', (), 'f4', chunks=(1,)))
    tell('missing filter', lambda: file.create_dataset('f', (3,), 'f4', chunks=(2,), compression=32015))
    tell('write wrong shape', lambda: x.__setitem__(slice(0, 2), np.zeros(7)))
    tell('write text into numbers', lambda: x.__setitem__(0, 'text'))
    tell('index beyond', lambda: x[9])
    tell('missing attribute', lambda: x.attrs['missing'])
    tell('delete missing', lambda: file.__delitem__('missing'))
    tell('open again as another mode', lambda: h5py.File('a.h5', 'w'))
    tell('copy missing', lambda: file.copy('missing', 'copy'))
    tell('direct write with a wrong offset', lambda: x.id.write_direct_chunk((1, 1), b'1234'))
    x[0, 0] = 1  # before that stock leaves the size of the chunk unset
    tell('read a chunk that is not there', lambda: x.id.read_direct_chunk((0, 5)))
    tell('chunk info', lambda: x.id.get_chunk_info(7))
    tell('swmr', lambda: setattr(file, 'swmr_mode', True))
    file.create_dataset('data', data=np.arange(100, dtype='u1'), chunks=(50,), fletcher32=True)
    offset = file['data'].id.get_chunk_info(1).byte_offset
tell('x over existing', lambda: h5py.File('a.h5', 'x'))
tell('r missing', lambda: h5py.File('missing.h5', 'r'))
tell('r+ missing', lambda: h5py.File('missing.h5', 'r+'))
tell('w without folder', lambda: h5py.File('no/such/folder.h5', 'w'))
tell('w on a folder', lambda: h5py.File('.', 'w'))
tell('r on a folder', lambda: h5py.File('.', 'r'))
with open('bad.h5', 'wb') as bad:
    bad.write(b'not HDF5' * 100)
tell('r on another format', lambda: h5py.File('bad.h5', 'r'))
tell('a on another format', lambda: h5py.File('bad.h5', 'a'))
tell('is hdf5', lambda: [h5py.is_hdf5(name) for name in ('a.h5', 'bad.h5', 'missing.h5', '.')])
with open('a.h5', 'rb') as whole, open('cut.h5', 'wb') as cut:
    cut.write(whole.read()[:2000])
tell('r on a truncated file', lambda: h5py.File('cut.h5', 'r'))
with open('a.h5', 'r+b') as flipped:
    flipped.seek(offset + 7)
    flipped.write(b'\xff')
with h5py.File('a.h5', 'r') as file:
    tell('checksum', lambda: file['data'][...])
    tell('checksum of the other chunk', lambda: file['data'][:50].sum())
    tell('write read-only', lambda: file['x'].__setitem__(0, 1))
    tell('create read-only', lambda: file.create_dataset('n', (3,), 'f4', chunks=(2,)))
    tell('r+ while open for reading', lambda: h5py.File('a.h5', 'r+').close())
closed = file
tell('use after close', lambda: closed['x'])
