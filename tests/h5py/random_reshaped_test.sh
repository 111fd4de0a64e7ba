#!/usr/bin/env bash
# Random creations (shape, maximum, chunks, type, filters, fill value), valid and not, with every chunk
# shape that may be changed changed: the same outcome and the same values as without the connector.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/random_shapes.py

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    for access in row column; do
        seed=5
        [ $access = row ] || seed=6
        rm -rf off on && mkdir off on
        (cd off && "$python" "$program" create $seed 1500 any >out 2>err)
        (cd on && H5PAVE_CHUNK=override H5PAVE_ACCESS=$access H5PAVE_LOG=info RUN "$python" "$program" create $seed 1500 any >out 2>err)
        check "$label $access lines that differ" "$(diff -a off/out on/out | head -c 2000)" ''
        changed=$(grep -c 'chunk \[.*\] -> \[' on/err)
        check "$label $access shapes were changed ($changed)" "$((changed > 100))" 1
        (cd off && "$python" "$program" read $seed 1500 any >again)
        (cd on && "$python" "$program" read $seed 1500 any >again)
        check "$label $access lines that differ when stock reads the files" "$(diff -a off/again on/again | head -c 2000)" ''
        check "$label $access datasets read" "$(($(wc -l <on/again) > 700))" 1
    done
done
finish
