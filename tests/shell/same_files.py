"""Compares the HDF5 files of two folders by name: links, attributes, shapes, types and every value must be
the same; chunk shapes and filters may differ. Prints how many files there are.

    same_files.py FOLDER FOLDER
"""
import pathlib
import sys

import h5py
import numpy as np


def facts(file):
    found = {}

    def note(name, item):
        link = file.id.links.get_info(name.encode())
        attributes = {key: item.attrs[key] for key in item.attrs if key != 'x'}
        found[name] = (link.cset, h5py.h5o.get_info(item.id).rc, attributes)
        if isinstance(item, h5py.Dataset):
            found[name] += (item.shape, item.maxshape, item.dtype, item.fillvalue,
                            item.id.get_type().committed())

    file.visititems(note)
    return found


folders = [pathlib.Path(argument) for argument in sys.argv[1:]]
names = [sorted(path.name for path in folder.glob('*.h5')) for folder in folders]
assert names[0] == names[1], names
for name in names[0]:
    with h5py.File(folders[0] / name) as one, h5py.File(folders[1] / name) as other:
        assert facts(one) == facts(other), (name, facts(one), facts(other))
        for path in facts(one):
            if isinstance(one[path], h5py.Dataset):
                assert np.array_equal(one[path][...], other[path][...]), (name, path)
        for file in (one, other):
            assert 'x' not in file.attrs or file[file.attrs['x']] == file['x'], name
print(len(names[0]))
