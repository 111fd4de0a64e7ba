#!/usr/bin/env bash
# h5pave info on datasets of 100,000 chunks, one per kind of index that can grow so large.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"
need_python

"$python" - <<'PY'
import h5py, numpy as np
values = np.arange(100000, dtype='i4').reshape(10, 10000)
with h5py.File('large.h5', 'w', libver=('v110', 'v110')) as file:
    for name, limit in (('fixed', None), ('extensible', (10, None)), ('btree2', (None, None))):
        file.create_dataset(name, data=values, chunks=(1, 1), maxshape=limit)
with h5py.File('old.h5', 'w') as file:
    file.create_dataset('btree1', data=values, chunks=(1, 1), compression='gzip')
PY
for file in large old; do
    check_rc "$file" 0 "$h5pave" info $file.h5
    check "$file chunks" "$(awk -F'\t' 'NR > 1 {print $10}' out.txt | sort -u)" 100000/100000
    check_rc "$file --verify" 0 "$h5pave" info --verify $file.h5
    cat out.txt
    check_rc "$file --chunks" 0 "$h5pave" info --chunks $file.h5
done
"$h5pave" info --chunks large.h5 extensible >chunks.tsv
check "each chunk at an offset of its own" "$(tail -n +2 chunks.tsv | cut -f2 | sort -u | wc -l)" 100000
check_ok "values at the listed addresses" "$python" - <<'PY'
import csv, struct
rows = csv.reader(open('chunks.tsv'), delimiter='\t')
next(rows)
data = open('large.h5', 'rb').read()
for _, offset, address, stored, mask in rows:
    row, column = map(int, offset.split(','))
    assert struct.unpack_from('<i', data, int(address))[0] == row * 10000 + column, offset
PY
finish
