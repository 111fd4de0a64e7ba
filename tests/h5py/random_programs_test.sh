#!/usr/bin/env bash
# Random programs: the same ones under stock HDF5 and under h5pave, every result and every final file
# equal as stock HDF5 reads it. Arguments: first seed, number of programs (per HDF5 version). A program
# that differs is shrunk to the steps that matter and printed, H5PAVE_TEST_SHRINK of them at most (3).
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
first=${1:-1} count=${2:-1500}
program=$H5PAVE_SOURCE/tests/h5py/random_programs.py
export PYTHONDONTWRITEBYTECODE=1

# both PYTHON NAME ARGUMENT…: runs the programs off and on in a folder NAME, with logs.
both() {
    local python=$1 name=$2; shift 2
    # Both in a folder of one name, which is in messages and statistics.
    { "$python" "$program" "$@" "$name" && "$python" "$program" digest "$name"; } >"$name-off.log"
    rm -rf "$name"
    { RUN "$python" "$program" "$@" "$name" && "$python" "$program" digest "$name"; } >"$name-on.log"
}

# env_stats FILE COMMAND…: with h5pave's statistics in FILE.
env_stats() { (export H5PAVE_STATS=$1; shift; "$@"); }

# differ PYTHON SEED LEFT_OUT: true when that program differs, or fails under h5pave alone.
differ() {
    rm -rf one
    both "$1" one one "$2" "$3" 2>one.err || return 0
    ! cmp -s one-off.log one-on.log
}

# shrink PYTHON SEED: leaves out every step without which the program still differs, and prints the rest.
shrink() {
    local left_out='' step
    if ! differ "$1" "$2" ''; then echo "program $2 differs only now and then"; return; fi
    for step in $(seq 26 -1 2); do
        if differ "$1" "$2" "$left_out$step,"; then left_out+="$step,"; fi
    done
    differ "$1" "$2" "$left_out" || true
    echo "program $2 without steps $left_out under stock HDF5, and what is different under h5pave:"
    cat one-off.log one.err
    diff one-off.log one-on.log || true
}

# Datasets that option filter=auto makes anew without its filters.
noise() {
    local label=$1 python=$2 made_anew
    check_ok "$label: noise, filter=auto: programs ran to their end" \
        env_stats "$scratch/noise.json" env_auto both "$python" "$label-noise" noise "$first" $((1 + count / 15))
    check_ok "$label: noise, filter=auto: $(wc -l <"$label-noise-off.log") results and final datasets are the same" \
        diff "$label-noise-off.log" "$label-noise-on.log"
    made_anew=$(jq .amendments.filters_withdrawn "$scratch/noise.json")
    check_ok "$label: noise, filter=auto: $made_anew datasets were made anew" [ "$made_anew" -gt $((count / 100)) ]
}
env_auto() { (export H5PAVE_FILTER=auto; "$@"); }

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    check_ok "$label: $count programs ran to their end" \
        env_stats "$scratch/$label.json" both "$python" "$label" run "$first" "$count"
    check_ok "$label: $(wc -l <"$label-off.log") results and final datasets are the same" \
        diff "$label-off.log" "$label-on.log"
    for seed in $(diff "$label-off.log" "$label-on.log" | sed -n 's/^[<>] \([0-9]*\)[ .].*/\1/p' | sort -un | head -"${H5PAVE_TEST_SHRINK:-3}"); do
        shrink "$python" "$seed"
    done
    # Without this the comparison would be of stock with stock.
    "$python" "$program" ours "$label" "$scratch/$label.json" >"$label.share"
    while read -r direction share; do
        check_ok "$label: h5pave moved $share of 1000 bytes of filtered datasets itself ($direction)" [ "$share" -ge 950 ]
    done <"$label.share"
    noise "$label" "$python"
    echo "$label: how often: $(cat "$label/features.json")"
    echo "$label: left to stock HDF5: $(jq -c .pass_through "$scratch/$label.json")"
done
finish
