#!/usr/bin/env bash
# No program that works without h5pave may fail with it, and no file may grow out of proportion:
# datasets for which a modern index is impossible or absurdly large, and errors that stay as they are.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/guards_program.py

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    rm -rf off on && mkdir off on
    "$python" "$program" off >off.txt
    # Chunks encoded by zlib itself, so that sizes differ by the index alone.
    H5PAVE_DEFLATE=stock H5PAVE_STATS=$PWD/stats.json RUN "$python" "$program" on >on.txt
    check "$label same outcomes off and on" "$(diff off.txt on.txt)" ''
    check "$label outcomes seen" "$(wc -l <on.txt)" 23
    check "$label a working one works" "$(sed -n 's/^wide-plain | //p' on.txt)" \
        '((41, 5001), (None, 1000000000000), [1.0, 2.0, 3.0, 4.0])'
    check "$label a failing one fails" "$(grep -c '^chunk-beyond-fixed-low | ValueError' on.txt)" 1
    for name in wide billion hundred-billion many-bounded step-of-65537 sparse-million; do
        for filters in plain gzip; do
            check "$label $name $filters index" "$(idx "on/$name-$filters.h5" x)" 'v1 B-tree'
            check "$label $name $filters bytes more than stock" \
                $(($(stat -c %s "on/$name-$filters.h5") - $(stat -c %s "off/$name-$filters.h5"))) 0
        done
    done
    check "$label just possible" "$(idx on/step-of-65536-plain.h5 x)" 'Extensible Array'
    check "$label chunk within the maximum" "$(idx on/c.h5 x)" 'Fixed Array'
    check "$label chunk beyond an unlimited dimension" "$(idx on/d.h5 x)" 'Extensible Array'
    check "$label reasons in the statistics" \
        "$("$python" -c 'import json; counts = json.load(open("stats.json"))["pass_through"]; print({k: n for k, n in counts.items() if ":" not in k})')" \
        "{'extensible_array_impossible': 6, 'fixed_array_impossible': 2, 'fixed_array_too_large': 4}"
done
finish
