# shellcheck shell=bash
# Sourced by the tests of the command: h5pave as built and as installed, Python with h5py.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
# shellcheck disable=SC2034 # for the tests
here=$H5PAVE_SOURCE/tests/cli
unset HDF5_ROOT HDF5_PLUGIN_PRELOAD
# shellcheck disable=SC2034 # for the tests
h5pave=$H5PAVE_BUILD/bin/h5pave

# The first interpreter with h5py; empty when there is none.
python=${PY_H5PY_LIST%% *}
python=${python#*=}

# need_python: ends the test here when there is no h5py: skipped, unless something failed before.
need_python() {
    [ -n "$python" ] && return
    echo "the rest is skipped: no Python with h5py on HDF5 >= 1.14 here (PY_H5PY_LIST is empty)"
    [ "$failures" -eq 0 ] && exit 77
    exit 1
}

# check_rc TEXT EXPECTED COMMAND…: the exit status; output in out.txt, errors in err.txt.
check_rc() {
    local text=$1 expected=$2 rc=0
    shift 2
    "$@" >out.txt 2>err.txt || rc=$?
    check "$text (exit status)" "$rc" "$expected"
    [ "$rc" == "$expected" ] || cat out.txt err.txt
}

# check_has TEXT FILE PATTERN: a line matches the extended regular expression.
check_has() {
    checks=$((checks + 1))
    if grep -Eq -e "$3" "$2"; then echo "ok   $1"; else
        failures=$((failures + 1)); echo "FAIL $1: no line like '$3' in:"; cat "$2"; fi
}

# An installation of its own in PREFIX.
install_into() { cmake --install "$H5PAVE_BUILD" --prefix "$1" >install.log 2>&1 || { cat install.log; return 1; }; }
