"""Files for tools_test.sh with something of everything, written by stock HDF5 into the current folder."""
import h5py
import numpy as np

rng = np.random.default_rng(6)

with h5py.File('other.h5', 'w') as file:
    file.create_dataset('inside/data', data=rng.integers(0, 99, (20, 7)), chunks=(6, 3))

with h5py.File('everything.h5', 'w', track_order=True) as file:
    file.attrs['title'] = 'Etwas von allem – 100 %'
    file.attrs['numbers'] = np.arange(5.5)
    grid = file.create_dataset('model/run 1/grid', data=rng.standard_normal((40, 30)).astype('f4'),
                               maxshape=(None, 30), chunks=(7, 8), compression='gzip', shuffle=True)
    grid.attrs['units'] = 'm s-1'
    file.create_dataset('model/both', data=rng.integers(0, 9, (25, 25)), maxshape=(None, None),
                        chunks=(4, 6), fletcher32=True, fillvalue=-1)
    file.create_dataset('model/fixed', (50, 50), '>i2', chunks=(9, 9), fillvalue=3)[10:20, 5] = 8
    file.create_dataset('contiguous', data=np.arange(30).reshape(5, 6))
    file.create_dataset('scalar', data=2.5)
    file.create_dataset('null', data=h5py.Empty('f8'))
    record = np.dtype([('id', '<u4'), ('name', 'S8'), ('position', '<f8', (3,))])
    records = np.zeros(12, record)
    records['id'] = range(12)
    records['name'] = b'station'
    records['position'] = rng.random((12, 3))
    file.create_dataset('records', data=records, chunks=(5,), maxshape=(None,))
    file.create_dataset('texts', data=['a', 'länger', ''] * 3, dtype=h5py.string_dtype(), chunks=(2,))
    ragged = file.create_dataset('ragged', (4,), h5py.vlen_dtype('i4'), chunks=(2,))
    for i in range(4):
        ragged[i] = np.arange(i)
    file.create_dataset('choice', data=np.array([0, 1, 1], 'u1'),
                        dtype=h5py.enum_dtype({'NO': 0, 'YES': 1}, basetype='u1'))
    file['type'] = record
    file.create_dataset('objects', data=[grid.ref, file['model'].ref], dtype=h5py.ref_dtype)
    file.create_dataset('regions', data=[grid.regionref[3:5, 4:9]], dtype=h5py.regionref_dtype)
    file['soft'] = h5py.SoftLink('/model/run 1/grid')
    file['hanging'] = h5py.SoftLink('/nowhere')
    file['external'] = h5py.ExternalLink('other.h5', '/inside/data')
    file['external hanging'] = h5py.ExternalLink('missing.h5', '/x')
    file['hard'] = file['model/both']
    file['model/scale'] = np.arange(40.)
    file['model/scale'].make_scale('time')
    grid.dims[0].attach_scale(file['model/scale'])

# By itself: stock h5repack 1.14.5 crashes on it.
with h5py.File('virtual.h5', 'w') as file:
    layout = h5py.VirtualLayout((2, 20, 7), 'i8')
    layout[0] = h5py.VirtualSource('other.h5', 'inside/data', (20, 7))
    file.create_virtual_dataset('virtual', layout, fillvalue=-5)

# The same with a few other values, for h5diff.
with h5py.File('everything.h5', 'r') as source, h5py.File('changed.h5', 'w') as file:
    for name in source:
        if not name.startswith(('hanging', 'external', 'soft', 'objects', 'regions')):
            source.copy(name, file)
    file['model/both'][3, 4] = 77
    file['scalar'][()] = 2.25
    file['model/run 1/grid'].resize(41, axis=0)
    del file['choice']

with h5py.File('latest.h5', 'w', libver='latest') as file:
    file.create_dataset('x', data=np.arange(1000), chunks=(10,), maxshape=(None,))
    file.create_dataset('y', data=np.arange(1000).reshape(20, 50), chunks=(10, 25))

with open('everything.h5', 'rb') as file:
    whole = file.read()
with open('truncated.h5', 'wb') as file:
    file.write(whole[:len(whole) * 2 // 3])
with open('damaged.h5', 'wb') as file:
    damaged = bytearray(whole)
    place = damaged.index(b'TREE', damaged.index(b'TREE') + 1)
    damaged[place:place + 4] = b'EERT'
    damaged[len(damaged) // 2:len(damaged) // 2 + 40] = bytes(40)
    file.write(damaged)
with open('not.h5', 'wb') as file:
    file.write(b'This is no HDF5 file.\n' * 100)
open('empty.h5', 'wb').close()
