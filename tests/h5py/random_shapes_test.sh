#!/usr/bin/env bash
# 10,000 random creations (shape, maximum, chunks, type, filters, fill value), valid and not: the same
# outcome with and without the connector, to the text of the exception; values written read back.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/random_shapes.py

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    rm -rf off on && mkdir off on
    (cd off && "$python" "$program" create 12 10000 >out 2>err)
    (cd on && H5PAVE_STATS=$scratch/stats.json RUN "$python" "$program" create 12 10000 >out 2>err)
    check "$label lines that differ" "$(diff -a off/out on/out | head -c 2000)" ''
    check "$label stderr" "$(diff -a off/err on/err | head -c 500)" ''
    check "$label creations seen" "$(cut -d' ' -f1 off/out | sort -u | wc -l)" 10000
    check "$label many fail" "$(($(grep -c 'Error: ' off/out) > 500))" 1
    check "$label many succeed" "$(($(grep -c ' ((' off/out) > 5000))" 1
    echo "     $label: $(grep -c ' ((' on/out) created, $(grep -o '"index_after": "[^"]*"' stats.json | sort | uniq -c |
        sed 's/"index_after": //' | tr -s ' \n' ' ')"
    (cd off && "$python" "$program" read 12 10000 >again)
    (cd on && "$python" "$program" read 12 10000 >again)
    check "$label lines that differ when stock reads the files" "$(diff -a off/again on/again | head -c 2000)" ''
    check "$label datasets read" "$(($(wc -l <on/again) > 5000))" 1
    for index in 'Single Chunk' 'Fixed Array' 'Extensible Array' 'v2 B-tree' 'v1 B-tree'; do
        check "$label some have a $index" "$(grep -c -m 1 "\"index_after\": \"$index\"" stats.json)" 1
    done
done
finish
