#!/usr/bin/env bash
# HDF5's own API test program: the same verdict of every test with and without the connector.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
[ -n "${H5_API_TEST:-}" ] || skip 'no API test program of HDF5 (scripts/test.sh builds it where it can)'

# verdicts NAME [VARIABLE=VALUE…]: the program's output in NAME.txt, without the connector's name.
verdicts() {
    local name=$1 rc=0
    shift
    mkdir "$name"
    (cd "$name" && env "$@" "$H5_API_TEST") >"$name.log" 2>&1 || rc=$?
    sed "s/with VOL connector '.*'//; /Test seed:/d; /^No VOL connector selected/d; s/^Running API tests .*/Running API tests/" \
        "$name.log" >"$name.txt"
    echo "exit status $rc" >>"$name.txt"
}

# compare NAME BASELINE CONNECTOR
compare() {
    verdicts "$1" HDF5_PLUGIN_PATH="$H5PAVE_BUILT_PLUGIN_DIR" HDF5_VOL_CONNECTOR="$3" \
        H5PAVE_STATS="$scratch/$1.json"
    check "$1: verdicts as $2" "$(diff "$2.txt" "$1.txt")" ''
    check "$1: connector tested" "$(sed -n "s/.*did not pass with VOL connector '\(.*\)'/\1/p" "$1.log")" "${3%% *}"
    check "$1: connector was active" "$(grep -c -m 1 '"index_after": "[SFEIv]' "$1.json")" 1
    sed -n 's/^[0-9]*\/[0-9]*.*/     &/p' "$1.log"
}

verdicts native
check 'native: tests seen' "$(($(grep -c PASSED native.txt) > 900))" 1
compare h5pave native h5pave
compare info native 'h5pave under_vol=0;under_info={}'
compare all_old native 'h5pave index=btree1'

verdicts pass_through HDF5_VOL_CONNECTOR='pass_through under_vol=0;under_info={}'
compare below_pass_through pass_through 'pass_through under_vol=470;under_info={}'
compare above_pass_through pass_through 'h5pave under_vol=1;under_info={under_vol=0;under_info={}}'
finish
