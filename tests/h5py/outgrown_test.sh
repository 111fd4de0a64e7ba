#!/usr/bin/env bash
# Symptom: a program that resizes a dataset past 2^32 chunks works with stock HDF5; with h5pave its
# file could not be closed ("chunk index must be less than 2^32"), because the dataset has an
# Extensible Array instead of a v1 B-tree. And where libhdf5 cannot undo that rightly, nothing that
# was written may move.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/outgrown_program.py

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    rm -rf off on && mkdir off on
    "$python" "$program" write off >off.txt
    H5PAVE_LOG=info H5PAVE_STATS=$PWD/stats.json RUN "$python" "$program" write on >on.txt 2>log.txt
    check "$label: the same seen by the program" "$(diff off.txt on.txt)" ''
    "$python" "$program" read off >off-again.txt
    "$python" "$program" read on >on-again.txt
    check "$label: the same seen by stock HDF5" "$(diff off-again.txt on-again.txt)" ''
    check "$label: datasets seen" "$(wc -l <on-again.txt)" 40
    for name in far one-too-many partial-chunk rows rows-one-too-many columns-of-one-chunk columns-empty three; do
        for filters in plain gzip; do
            check "$label $name $filters: index" "$(idx "on/$name-$filters-dirty.h5" x)" 'v1 B-tree'
        done
    done
    # 40 datasets, less twice 4 that end at the last slot and 2 that have a v1 B-tree from the start.
    check "$label: conversions told" "$(grep -c 'grown past 2^32 chunks, index Extensible Array -> v1 B-tree' log.txt)" 30
    check "$label: conversions counted" "$(jq .pass_through.extensible_array_outgrown stats.json)" 30

    # Chunks stored, and chunks before the unlimited dimension: libhdf5 would convert them wrongly,
    # and lose what is written beyond the limit.
    cat >columns.py <<'END'
import h5py, numpy as np
values = np.arange(300, dtype='f4').reshape(30, 10)
with h5py.File('columns.h5', 'w') as file:
    dataset = file.create_dataset('x', data=values, maxshape=(30, None), chunks=(3, 2))
    try:
        dataset.resize((30, 2 * 2**32))
    except (OSError, RuntimeError) as error:
        print('H5PAVE_INDEX=btree1' in str(error))
    print(dataset.shape, np.array_equal(dataset[:, :10], values))
END
    check "$label columns: refused before anything can be lost" "$(RUN "$python" columns.py 2>&1 | paste -sd' ')" \
        'True (30, 10) True'
    check "$label columns: values by stock HDF5" "$("$python" -c 'import h5py, numpy as np
print(np.array_equal(h5py.File("columns.h5")["x"][:, :10], np.arange(300, dtype="f4").reshape(30, 10)))')" True

    # A program that asks for the modern format has this limit in stock HDF5 too: left alone.
    "$python" - <<'END' >latest.txt 2>&1
import h5py
with h5py.File('latest.h5', 'w', libver='latest') as file:
    file.create_dataset('x', (10,), 'i1', maxshape=(None,), chunks=(1,)).resize((2**33,))
END
    check "$label: modern format asked for" "$(cat latest.txt) $(idx latest.h5 x)" ' Extensible Array'
done
finish
