"""An unmodified h5py program: each case makes a file with dataset x, does something to it or its file,
and then writes all of x. Prints what it sees of x afterwards. Run off and on under storage_options_test.sh,
which says of each case whether option filter=auto may take its filters back at that write."""
import h5py
import numpy as np

DATA = np.random.default_rng(19).integers(0, 2**32, (600, 400), 'u4')
SMOOTH = np.arange(240000, dtype='f8').reshape(600, 400)


def create(at, name='x', **more):
    return at.create_dataset(name, (600, 400), **{'dtype': 'u4', 'chunks': (100, 100), **more})


def plain(file):
    return create(file)


def in_groups_and_utf8(file):
    return create(file.create_group('g/größe'), 'naïve')


def nameless(file):
    x = create(file, None)
    x[...] = DATA
    file['x'] = x
    return x


def read_before(file):
    x = create(file, fillvalue=7)
    assert (x[5:70, 3] == 7).all()
    return x


def others_created_between(file):
    x = create(file)
    for i in range(20):
        create(file, f'other{i}')[5] = 3
    return x


def resized_before(file):
    x = create(file, maxshape=(600, 400))
    x.resize((300, 400))
    x.resize((600, 400))
    return x


def modern_file(_):
    return create(h5py.File('modern.h5', 'w', libver='latest'))


def smooth(file):
    return create(file, dtype='f8')


def attribute(file):
    x = create(file)
    x.attrs['unit'] = 'm'
    return x


def second_link(file):
    x = create(file)
    file['y'] = x
    return x


def reference(file):
    x = create(file)
    file.attrs['x'] = x.ref
    return x


def opened_twice(file):
    x = create(file)
    file['x'].attrs.get('nothing')
    return x


def creation_order(file):
    return create(file.create_group('g', track_order=True))


def deleted(file):
    x = create(file)
    del file['x']
    x[...] = DATA
    file['x'] = x
    return x


def part_first(file):
    x = create(file)
    x[:1] = DATA[:1]
    return x


def extendible(file):
    return create(file, maxshape=(None, 400))


def committed_type(file):
    file['type'] = np.dtype('u4')
    x = create(file, dtype=file['type'])
    assert x.id.get_type().committed()
    return x


def converted(file):
    x = create(file)
    x[...] = DATA.astype('i8')
    return x


for case in (plain, in_groups_and_utf8, nameless, read_before, others_created_between, resized_before,
             modern_file, smooth, attribute, second_link, reference, opened_twice, creation_order,
             deleted, part_first, extendible, committed_type,
             converted):
    name = case.__name__
    with h5py.File(f'{name}.h5', 'w') as f:
        dataset = case(f)
        values = SMOOTH if case is smooth else DATA
        dataset[...] = values
        print(name, dataset.name, dataset.chunks, dataset.id.get_create_plist().get_nfilters())
        dataset[17, 5] = 12345
        dataset.attrs['after'] = 1
        assert dataset[17, 5] == 12345 and dataset[16, 5] == values[16, 5]
        assert dataset.file[dataset.name] == dataset and dataset in dataset.parent.values()
        if dataset.file != f:
            dataset.file.close()
