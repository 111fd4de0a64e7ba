"""Compares the JSON of `h5pave info --json --chunks` on sample_file.py's file with what is known."""
import json
import sys

report = json.load(open(sys.argv[1]))
datasets = {dataset['path']: dataset for dataset in report['datasets']}
extensible = datasets['/index/extensible']
assert extensible['shape'] == [30, 10], extensible
assert extensible['max_shape'] == [30, None], extensible
assert extensible['type'] == 'float32' and extensible['type_bytes'] == 4, extensible
assert extensible['chunk_shape'] == [3, 2] and extensible['chunk_bytes'] == 24, extensible
assert extensible['index'] == 'Extensible Array' and extensible['index_bytes'] > 0, extensible
assert extensible['chunks_allocated'] == extensible['chunks_possible'] == len(extensible['chunks']) == 50
assert {tuple(chunk['offset']) for chunk in extensible['chunks']} == \
    {(row, column) for row in range(0, 30, 3) for column in range(0, 10, 2)}
assert [f['name'] for f in datasets['/filters/all']['filters']] == ['shuffle', 'deflate', 'fletcher32']
assert all(f['available'] for f in datasets['/filters/all']['filters'])
assert datasets['/filters/zstd']['filters'][0]['available'] is False
assert datasets['/space/null']['shape'] is None and datasets['/space/scalar']['shape'] == []
assert 'chunk_shape' not in datasets['/layout/contiguous']
assert report['errors'] == []
