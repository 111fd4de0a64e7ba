# shellcheck shell=bash
# Sourced by every shell test: the test environment, a scratch folder, RUN, checks and totals.
set -euo pipefail

if [ ! -f "$H5PAVE_BUILD/testenv.sh" ]; then
    echo "tests need $H5PAVE_BUILD/testenv.sh: run scripts/test.sh, or scripts/setup.sh before ctest" >&2
    exit 1
fi
# shellcheck disable=SC1091
. "$H5PAVE_BUILD/testenv.sh"
unset HDF5_VOL_CONNECTOR HDF5_PLUGIN_PATH
# Ours are for the scripts alone: the connector would take H5PAVE_* of the environment for options.
for variable in "${!H5PAVE_@}"; do export -n "${variable?}"; done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
checks=0 failures=0

# RUN COMMAND…: with h5pave; H5PAVE_TEST_OPTIONS are more options for it (';threads=4;mem=8M').
RUN() {
    HDF5_PLUGIN_PATH=$H5PAVE_BUILT_PLUGIN_DIR \
        HDF5_VOL_CONNECTOR="h5pave under_vol=0;under_info={}${H5PAVE_TEST_OPTIONS:-}" "$@"
}

# A stock HDF5 tool, always without the connector.
stock() { local tool=$1; shift; "$H5_TOOLS/$tool" "$@"; }

# idx FILE DATASET: the chunk index as stock h5debug names it.
idx() { stock h5debug "$1" "$(stock h5ls -v "$1/$2" | sed -n 's/.*Location: *[0-9]*:\([0-9]*\).*/\1/p')" | sed -n 's/ *Index Type: *//p'; }

# compile_c LABEL=INCLUDE,LIB PROGRAM SOURCE: a C program against that HDF5 (an entry of H5_FLAVOURS).
compile_c() {
    local folders=${1#*=}
    "${CC:-cc}" -O1 -g -isystem "$H5PAVE_SOURCE/src/h5/no_mpi" -isystem "${folders%,*}" -o "$2" "$3" \
        -L"${folders#*,}" -Wl,--as-needed -lhdf5 -Wl,-rpath,"${folders#*,}" -ldl -pthread
}

# check TEXT ACTUAL EXPECTED
check() {
    checks=$((checks + 1))
    if [ "$2" == "$3" ]; then echo "ok   $1: $2"; else
        failures=$((failures + 1)); echo "FAIL $1: got '$2', expected '$3'"; fi
}

# check_ok TEXT COMMAND…: the command must succeed.
check_ok() {
    local text=$1; shift; checks=$((checks + 1))
    local rc=0
    "$@" >out.txt 2>&1 || rc=$?
    if [ "$rc" -eq 0 ]; then echo "ok   $text"; else
        failures=$((failures + 1)); echo "FAIL $text: rc $rc from: $*"; cat out.txt; fi
}

# skip REASON: the whole test cannot run here; ctest reports it as skipped.
skip() { echo "skipped: $1"; exit 77; }

# need_pythons: the test runs unmodified Python programs.
need_pythons() { [ -n "${PY_H5PY_LIST:-}" ] || skip 'no Python with h5py for HDF5 >= 1.14 here'; }

# To be the last line of a test.
finish() { echo "$((checks - failures)) passed, $failures failed"; [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]; }
