"""One process, two different libhdf5: the h5py and the netCDF4 wheel each bring one.

    two_libraries.py h5py|netCDF4|interleaved FOLDER       which is imported (and used) first
"""
import os
import sys

import numpy as np

order, folder = sys.argv[1:]
VALUES = np.random.default_rng(2).standard_normal((40, 30))


def with_h5py(name, mode='w'):
    import h5py
    with h5py.File(f'{folder}/{name}', mode) as file:
        file.create_dataset('h', data=VALUES, maxshape=(None, 30), chunks=(7, 8), compression='gzip')
        file.create_dataset('fixed', data=VALUES, chunks=(7, 8))
    return h5py.version.hdf5_version


def with_netcdf(name, mode='w'):
    import netCDF4
    with netCDF4.Dataset(f'{folder}/{name}', mode) as file:
        if mode == 'w':
            file.createDimension('t', None)
            file.createDimension('y', 30)
        variable = file.createVariable('n', 'f8', ('t', 'y'), zlib=True, chunksizes=(7, 8))
        variable[0:40] = VALUES
    return netCDF4.__hdf5libversion__


def libraries():
    with open('/proc/self/maps') as maps:
        return {os.path.realpath(line.split()[-1]) for line in maps if 'libhdf5-' in line}


if order == 'h5py':
    print('h5py', with_h5py('h.h5'))
    print('netCDF4', with_netcdf('n.h5'))
elif order == 'netCDF4':
    print('netCDF4', with_netcdf('n.h5'))
    print('h5py', with_h5py('h.h5'))
else:
    import h5py
    import netCDF4
    file = h5py.File(f'{folder}/h.h5', 'w')
    other = netCDF4.Dataset(f'{folder}/n.h5', 'w')
    file.create_dataset('h', data=VALUES, maxshape=(None, 30), chunks=(7, 8), compression='gzip')
    other.createDimension('t', None)
    other.createDimension('y', 30)
    variable = other.createVariable('n', 'f8', ('t', 'y'), zlib=True, chunksizes=(7, 8))
    for row in range(40):
        variable[row] = VALUES[row]
        file['h'][row] = VALUES[row] + 0
    file.create_dataset('fixed', data=VALUES, chunks=(7, 8))
    other.close()
    file.close()
# One after the other on the same file, then each reads what the other wrote.
with_netcdf('both.h5')
with_h5py('both.h5', 'a')
import h5py
import netCDF4
with h5py.File(f'{folder}/both.h5', 'r') as file:
    print(np.array_equal(file['n'][...], VALUES), np.array_equal(file['h'][...], VALUES))
with netCDF4.Dataset(f'{folder}/h.h5', 'r') as file:
    print(np.array_equal(file['h'][...], VALUES))
with h5py.File(f'{folder}/n.h5', 'r') as file:
    print(np.array_equal(file['n'][...], VALUES))
print('libraries:', len({path for path in libraries()}))
