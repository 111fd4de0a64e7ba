#!/usr/bin/env bash
# Several libhdf5 in one process, each bound to h5pave separately, and a libhdf5 that is unloaded and
# loaded again.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"

# load_again NAME LIBRARY…: six rounds with these libraries in turn.
load_again() {
    local name=$1 rc=0 round
    shift
    rm -f round?.h5
    H5PAVE_STATS=$PWD/stats.json RUN "$scratch/load_again" 6 "$@" >rounds || rc=$?
    check "$name loaded again: exit status" "$rc" 0
    check "$name loaded again: rounds" "$(grep -c ': unloaded$' rounds)" 6
    for round in 0 1 2 3 4 5; do
        check "$name loaded again: index of round $round" "$(idx round$round.h5 x)" 'Extensible Array'
    done
}

# The libhdf5 of the wheels of a Python environment.
wheel_libraries() {
    "$1" -c 'import glob, h5py, os
print(*glob.glob(os.path.dirname(os.path.dirname(h5py.__file__)) + "/*.libs/libhdf5-*"), sep="\n")'
}

# version_of h5py|netCDF4: of its libhdf5.
version_of() {
    case $1 in
        h5py) "$PY_TWO_LIBS" -c 'import h5py; print(h5py.version.hdf5_version)' ;;
        *) "$PY_TWO_LIBS" -c 'import netCDF4; print(netCDF4.__hdf5libversion__)' ;;
    esac
}

for flavour in $H5_FLAVOURS; do
    label=${flavour%%=*} folders=${flavour#*=}
    compile_c "$flavour" load_again "$H5PAVE_SOURCE/tests/shell/load_again.c"
    load_again "$label" "${folders#*,}/libhdf5.so"
done
if [ -n "${PY_TWO_LIBS:-}" ]; then
    mapfile -t libraries < <(wheel_libraries "$PY_TWO_LIBS")
    check 'wheels with a libhdf5' "${#libraries[@]}" 2
    load_again 'two wheels' "${libraries[@]}"
    load_again 'two wheels and another' "${libraries[@]}" "${folders#*,}/libhdf5.so"
fi

if [ -z "${PY_TWO_LIBS:-}" ]; then
    echo 'no Python with both the h5py and the netCDF4 wheel here: two libraries in one process left out'
else
    for order in h5py netCDF4 interleaved; do
        mkdir "$order"
        rc=0
        H5PAVE_STATS=$order/stats.json H5PAVE_THREADS=many RUN "$PY_TWO_LIBS" "$H5PAVE_SOURCE/tests/shell/two_libraries.py" "$order" \
            "$order" >"$order.out" 2>"$order.err" || rc=$?
        check "two libraries, $order: exit status" "$rc" 0
        # Symptoms: the statistics of one library overwrote the other's; a bad setting was told twice.
        check "two libraries, $order: a bad setting is told once, and nothing else" \
            "$(sed 's/many.*/many/' "$order.err")" "h5pave: bad value 'many"
        first=h5py; [ "$order" != netCDF4 ] || first=netCDF4
        check "two libraries, $order: files of statistics" "$(cd "$order" && echo stats.json*)" 'stats.json stats.json.2'
        check "two libraries, $order: the first library's" "$(jq -r .hdf5 "$order/stats.json")" "$(version_of $first)"
        check "two libraries, $order: each its own" \
            "$(jq -r .hdf5 "$order"/stats.json* | sort | paste -s)" "$({ version_of h5py; version_of netCDF4; } | sort | paste -s)"
        check "two libraries, $order: both counted creations" \
            "$(jq '[.datasets[] | select(.created)] | length > 1' "$order"/stats.json* | paste -s -d ' ')" 'true true'
        check "two libraries, $order: there are two" "$(grep libraries: "$order.out")" 'libraries: 2'
        check "two libraries, $order: values" "$(grep -c False "$order.out" || true)" 0
        check "two libraries, $order: h5py" "$(idx "$order/h.h5" h), $(idx "$order/h.h5" fixed)" \
            'Extensible Array, Fixed Array'
        check "two libraries, $order: netCDF4" "$(idx "$order/n.h5" n)" 'Extensible Array'
        check "two libraries, $order: one file" "$(idx "$order/both.h5" h), $(idx "$order/both.h5" n)" \
            'Extensible Array, Extensible Array'
        check_ok "two libraries, $order: h5diff" stock h5diff "$order/h.h5" "$order/both.h5" h h
        check_ok "two libraries, $order: h5diff" stock h5diff "$order/n.h5" "$order/both.h5" n n
    done
fi
finish
