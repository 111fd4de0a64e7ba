#!/usr/bin/env bash
# HDF5's own tools: the same output, byte for byte, and exit status with and without the connector.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"

mkdir samples off on
if [ -n "$PY_H5PY_LIST" ]; then
    first=${PY_H5PY_LIST%% *}
    (cd samples && "${first#*=}" "$H5PAVE_SOURCE/tests/shell/sample_files.py")
else
    echo 'no Python with h5py here: only the coastline file is looked at'
fi
[ ! -e "${DEMO_DATA:-/nowhere}" ] || cp "$DEMO_DATA" samples/coast.h5
cp samples/* off && cp samples/* on

# both TOOL ARGUMENTS…: the tool in off/ without and in on/ with the connector.
both() {
    local tool=$1 off_rc=0 on_rc=0
    shift
    (cd off && HDF5_PLUGIN_PATH=$H5PAVE_BUILT_PLUGIN_DIR "$H5_TOOLS/$tool" "$@") >off.out 2>off.err || off_rc=$?
    (cd on && H5PAVE_STATS=$scratch/stats.json RUN "$H5_TOOLS/$tool" "$@") >on.out 2>on.err || on_rc=$?
    # A libhdf5 with assertions dies of some damaged files. What must be the same then?
    if [ "$off_rc" -ge 128 ]; then
        check_ok "$tool $*: stock died (status $off_rc), h5pave alike or not at all ($on_rc)" \
            [ "$on_rc" -lt 128 -o "$on_rc" -eq "$off_rc" ]
        return
    fi
    check "$tool $* exit status" "$on_rc" "$off_rc"
    check "$tool $* stdout" "$(diff -a <(without_addresses off.out) <(without_addresses on.out) | head -c 500)" ''
    check "$tool $* stderr" "$(diff -a <(without_lines off.err) <(without_lines on.err) | head -c 500)" ''
}
# h5dump shows references of netCDF's kind by an address in its own memory.
without_addresses() { sed 's/DATASET [0-9]\{12,\} /DATASET ADDRESS /' "$1"; }
# With --enable-error-stack: see errors_test.sh. The tools of 2.2.0 ask any connector about an object of
# the native one and are refused; it makes no other difference.
without_lines() {
    sed 's/\(H5VLcallback.c\) line [0-9]*/\1/; s/thread [0-9]*/thread/; s/0x[0-9a-f]*/ADDRESS/' "$1" |
        sed '/^H5tools-DIAG/ { N; /trav_token_get_size/ { N; N; d } }
             /#001: .*trav_token_get_size/ { N; N; d }'
}

# used TEXT: the tool just run went through the connector: it wrote its statistics.
used() { check "$1 went through the connector" "$([ -s stats.json ] && echo yes)" yes; rm -f stats.json; }

readers() {
    local file
    for file in samples/*.h5 samples/missing.h5; do
        file=${file#samples/}
        if [ "$file" = coast.h5 ]; then both h5dump -d /Id_of_first_segment_in_a_bin "$file"; else both h5dump "$file"; fi
        both h5dump -H "$file"
        used "h5dump -H $file"
        both h5dump -pH --enable-error-stack "$file"
        both h5dump -n 1 "$file"
        both h5ls -r "$file"
        both h5ls -rv "$file"
        both h5stat "$file"
        both h5stat -S "$file"
        used "h5stat $file"
    done
    both h5dump -d /missing everything.h5
    both h5dump -d '/model/run 1/grid' -s 0,0 -c 3,4 everything.h5
    both h5dump -a /title everything.h5
    both h5dump -g /model -r everything.h5
    both h5ls -v everything.h5/external
    both h5ls -d everything.h5/records
    both h5ls --follow-symlinks -r everything.h5
    both h5ls everything.h5/missing
    both h5ls -E -r everything.h5
    both h5diff everything.h5 changed.h5
    both h5diff -v everything.h5 changed.h5
    both h5diff -r everything.h5 everything.h5
    both h5diff everything.h5 missing.h5
    both h5diff everything.h5 damaged.h5
    both h5diff everything.h5 truncated.h5
    both h5diff --follow-symlinks everything.h5 changed.h5 /soft /model/run\ 1/grid
    used h5diff
    both h5diff everything.h5 changed.h5 /missing /missing
}

# copies: what h5copy and h5repack write, compared by stock h5diff.
copies() {
    local name
    both h5copy -i everything.h5 -o copy.h5 -s /model -d /copied
    both h5copy -i everything.h5 -o copy.h5 -s /records -d /deep/down/records -p -v
    used h5copy
    both h5copy -i virtual.h5 -o copy.h5 -s /virtual -d /virtual
    both h5copy -i everything.h5 -o copy.h5 -s /external -d /expanded -f ext
    both h5copy -i everything.h5 -o copy.h5 -s /objects -d /objects -f ref
    both h5copy -i everything.h5 -o copy.h5 -s /missing -d /missing
    both h5copy -i missing.h5 -o copy.h5 -s /x -d /x
    check_ok 'h5copy: same contents' stock h5diff off/copy.h5 on/copy.h5
    both h5repack everything.h5 packed.h5
    both h5repack -v -l 'contiguous:CHUNK=2x3' -f 'model/both:GZIP=5' everything.h5 other_layout.h5
    both h5repack latest.h5 latest_packed.h5
    both h5repack -f NONE everything.h5 plain.h5
    used h5repack
    both h5repack missing.h5 none.h5
    both h5repack truncated.h5 none.h5
    both h5repack damaged.h5 none.h5
    for name in packed other_layout latest_packed plain; do
        check_ok "h5repack to $name: same contents" stock h5diff "off/$name.h5" "on/$name.h5"
    done
    check_ok 'h5repack: same as what was packed' stock h5diff samples/everything.h5 on/packed.h5
    # Told to change nothing, h5repack copies objects as they are and creates no dataset.
    check 'h5repack: copied indexes' "$(idx on/packed.h5 model/both)" "$(idx off/packed.h5 model/both)"
    check 'h5repack off: old indexes' "$(idx off/other_layout.h5 model/both), $(idx off/other_layout.h5 records)" \
        'v1 B-tree, v1 B-tree'
    check 'h5repack: modern indexes' \
        "$(for set in model/both records model/fixed contiguous; do idx on/other_layout.h5 $set; done | tr '\n' ,)" \
        'v2 B-tree,Extensible Array,Fixed Array,Fixed Array,'
    check 'h5repack of the latest' "$(idx on/latest_packed.h5 x)" 'Extensible Array'
}

coast() {
    both h5repack -l CHUNK=4096 -f SHUF -f GZIP=4 coast.h5 coast_packed.h5
    used 'h5repack coast.h5'
    check_ok 'h5repack of the coastline: same contents' stock h5diff samples/coast.h5 on/coast_packed.h5
    check 'h5repack of the coastline: modern index' \
        "$(idx on/coast_packed.h5 Relative_longitude_from_SW_corner_of_bin)" 'Fixed Array'
    both h5dump -d /Relative_longitude_from_SW_corner_of_bin -c 1000 coast_packed.h5
}

readers
[ ! -e samples/everything.h5 ] || copies
if [ -e samples/coast.h5 ]; then coast; else echo 'no coastline file here (package gmt-gshhg-high): left out'; fi
finish
