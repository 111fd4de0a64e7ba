#!/usr/bin/env bash
# Random creations (shape, maximum, chunks, type, filters, fill value), valid and not, with every chunk
# shape that may be changed changed, and with the options that add filters, checksums, pages and larger
# caches: the same outcome and the same values as without the connector.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/random_shapes.py

# with_options SEED SETTINGS: programs whose datasets get other filters, in files with pages.
with_options() {
    local seed=$1 settings=$2 setting
    rm -rf off on && mkdir off on
    (cd off && "$python" "$program" create "$seed" 750 any+filters >out 2>err)
    (cd on && for setting in $settings; do export "${setting?}"; done
        H5PAVE_STATS=stats.json RUN "$python" "$program" create "$seed" 750 any+filters >out 2>err)
    check "$label $settings: lines that differ" "$(diff -a off/out on/out | head -c 2000)" ''
    local changed
    changed=$(jq '.amendments | (.filters // 0) + (.pages // 0) + (.chunk_cache // 0)' on/stats.json)
    check "$label $settings: datasets and files were changed ($changed)" "$((changed > 2))" 1
    (cd off && "$python" "$program" read "$seed" 750 any+filters >again)
    (cd on && "$python" "$program" read "$seed" 750 any+filters >again)
    check "$label $settings: lines that differ when stock reads the files" "$(diff -a off/again on/again | head -c 2000)" ''
    check "$label $settings: datasets read" "$(($(wc -l <on/again) > 350))" 1
}

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
    with_options 7 'H5PAVE_FILTER=fast H5PAVE_CHECKSUM=1'
    with_options 8 'H5PAVE_CHECKSUM=1 H5PAVE_PAGE=4K'
    with_options 9 'H5PAVE_FILTER=auto H5PAVE_CHECKSUM=1 H5PAVE_PAGE=64K H5PAVE_CACHE=auto H5PAVE_CHUNK=override H5PAVE_MEM=32M'
done
finish
