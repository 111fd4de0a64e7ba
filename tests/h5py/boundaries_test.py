"""The boundary table: `write` is an unmodified h5py program, run with the connector; `read` compares
its files value by value without the connector; `table` prints the verdicts.

    boundaries_test.py write FOLDER                     files and source arrays
    boundaries_test.py read FOLDER RESULT TOOLS         verdicts of this h5py; index by stock h5debug
    boundaries_test.py table WRITER=READER=RESULT…      the table; exit status 1 on any difference
"""
import collections
import json
import os
import re
import subprocess
import sys

import numpy as np

from boundary_cases import FILTERS, all_cases, boxes_of_parts, growing_extents


def write_appending(dataset, case, values):
    """Grows dimension by dimension; each step writes just what is new."""
    before = dataset.shape
    for extent in growing_extents(case):
        dataset.resize(extent)
        for dim, (old, new) in enumerate(zip(before, extent)):
            if new > old:
                new_part = tuple(slice(old, new) if d == dim else slice(0, n)
                                 for d, n in enumerate(extent))
                if all(n > 0 for n in extent):
                    dataset[new_part] = values[new_part]
        before = extent


def write_case(file, case, filters):
    """Returns the array that every reader must see."""
    values = case.data()
    start = case.shape
    if case.how == 'append':
        start = next(growing_extents(case))
        start = tuple(0 if m is None else n for m, n in zip(case.maxshape, start))
    dataset = file.create_dataset(case.name.replace('/', '-'), start, case.dtype, chunks=case.chunks,
                                  maxshape=case.maxshape, fillvalue=case.fill(), **FILTERS[filters])
    if case.how == 'append':
        write_appending(dataset, case, values)
        return values
    if case.how == 'sparse':
        expected = np.full(case.shape, case.fill(), case.dtype)
        for box in boxes_of_parts(case):
            dataset[box] = values[box]
            expected[box] = values[box]
        return expected
    if values.size:
        dataset[...] = values
    return values


def write(folder):
    import h5py
    for filters in FILTERS:
        with h5py.File(f'{folder}/{filters}.h5', 'w') as file:
            for case in all_cases():
                if filters in case.filters:
                    expected = write_case(file, case, filters)
                    np.save(f'{folder}/{filters}.{case.name}.npy', expected)


def locations(tools, path):
    """Object header address of each dataset, as stock h5ls tells it."""
    text = subprocess.run([f'{tools}/h5ls', '-v', path], check=True, capture_output=True, text=True).stdout
    found = re.findall(r'^(\S[^\n]*?) +Dataset \{.*?Location: +\d+:(\d+)', text, re.M | re.S)
    return {name.replace('\\ ', ' '): address for name, address in found}


def index_of(tools, path, address):
    text = subprocess.run([f'{tools}/h5debug', path, address], check=True, capture_output=True,
                          text=True, errors='replace').stdout
    return re.search(r'Index Type: +(.*)', text).group(1)


def differences(dataset, case, expected):
    """What is wrong with the dataset that was read; empty: nothing."""
    if dataset.shape != case.shape or dataset.maxshape != case.maxshape:
        return f'shape {dataset.shape} of {dataset.maxshape}'
    if dataset.chunks != case.chunks or dataset.dtype != np.dtype(case.dtype):
        return f'chunks {dataset.chunks}, type {dataset.dtype}'
    if dataset.fillvalue != case.fill():
        return f'fill value {dataset.fillvalue}'
    values = dataset[...]
    is_float = np.dtype(case.dtype).kind == 'f'
    if not np.array_equal(values, expected, equal_nan=is_float):
        same = (values == expected) | ((values != values) & (expected != expected))
        return f'{np.count_nonzero(~same)} of {values.size} values differ'
    return ''


def read(folder, result, tools):
    import h5py
    assert 'HDF5_VOL_CONNECTOR' not in os.environ
    verdicts = []
    for filters in FILTERS:
        path = f'{folder}/{filters}.h5'
        address = locations(tools, path)
        with h5py.File(path, 'r') as file:
            for case in all_cases():
                if filters not in case.filters:
                    continue
                dataset = file[case.name.replace('/', '-')]
                expected = np.load(f'{folder}/{filters}.{case.name}.npy')
                wrong = differences(dataset, case, expected)
                index = index_of(tools, path, address[case.name])
                if index != case.index:
                    wrong = wrong or f'index {index} instead of {case.index}'
                chunks = dataset.id.get_num_chunks()
                if case.how != 'sparse' and chunks != case.possible_chunks():
                    wrong = wrong or f'{chunks} chunks instead of {case.possible_chunks()}'
                verdicts.append({'boundary': case.boundary, 'name': case.name, 'filters': filters,
                                 'index': index, 'chunks': chunks, 'wrong': wrong})
    with open(result, 'w') as file:
        json.dump({'hdf5': h5py.version.hdf5_version, 'verdicts': verdicts}, file)


def table(results):
    """One row per boundary, filters and writer; one column per reader."""
    rows = collections.OrderedDict()
    versions = {}
    readers = []
    for argument in results:
        writer, reader, path = argument.split('=', 2)
        with open(path) as file:
            result = json.load(file)
        versions[reader] = result['hdf5']
        if reader not in readers:
            readers.append(reader)
        for verdict in result['verdicts']:
            key = (verdict['boundary'], verdict['filters'], writer)
            row = rows.setdefault(key, {'index': set(), 'chunks': set(), 'verdicts': {}})
            row['index'].add(verdict['index'])
            row['chunks'].add(verdict['chunks'])
            row['verdicts'].setdefault(reader, []).append(verdict)
    order = {case.boundary: place for place, case in enumerate(reversed(all_cases()))}
    line = '{:58} {:13} {:17} {:>7} {:8}' + ' {:10}' * len(readers)
    print(line.format('boundary', 'filters', 'index', 'chunks', 'writer',
                      *(f'read {versions[r]}' for r in readers)))
    failed = compared = 0
    for key in sorted(rows, key=lambda k: (-order[k[0]], list(FILTERS).index(k[1]), k[2])):
        boundary, filters, writer = key
        row = rows[key]
        chunks = sorted(row['chunks'])
        cells = []
        for reader in readers:
            verdicts = row['verdicts'].get(reader, [])
            bad = [v for v in verdicts if v['wrong']]
            compared += len(verdicts)
            failed += len(bad) + (not verdicts)
            cells.append('equal' if verdicts and not bad else
                         'FAIL ' + '; '.join(f"{v['name']}: {v['wrong']}" for v in bad) if verdicts
                         else 'FAIL not read')
        print(line.format(boundary, filters, ', '.join(sorted(row['index'])),
                          str(chunks[0]) if len(chunks) == 1 else f'{chunks[0]}-{chunks[-1]}',
                          versions.get(writer, writer), *cells))
    print(f'{compared} datasets compared value by value, {failed} differ')
    return 0 if failed == 0 and compared > 0 else 1


if __name__ == '__main__':
    COMMANDS = {'write': write, 'read': read}
    if sys.argv[1] == 'table':
        sys.exit(table(sys.argv[2:]))
    COMMANDS[sys.argv[1]](*sys.argv[2:])
