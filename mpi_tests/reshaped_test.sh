#!/bin/bash
# reshaped_test.sh PROGRAM RANKS COMMAND…: option chunk in MPI files. The shape is that for so many ranks and the
# same on all of them; where one rank would choose another, all keep the program's.
set -u
program=$1 ranks=$2
shift 2
folder=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$folder"' EXIT
fail() { echo "$1"; cat "$folder/output"; exit 1; }
export H5PAVE_STATS="$folder/stats.%r.json" H5PAVE_LOG=info

# run WORD COMMAND…: WORD is what must become of the shape.
run() {
    local word=$1
    shift
    "$@" "$program" "$folder/file.h5" "$word" >"$folder/output" 2>&1 || fail "$word: the program failed"
}

H5PAVE_CHUNK=override H5PAVE_ACCESS='64,*@write@aligned' run chosen "$@"
grep -q '^chunk ' "$folder/output" || fail "no shape"
[ "$ranks" -eq 1 ] || grep -q "written by each of $ranks ranks" "$folder/output" || fail "not planned for $ranks ranks"
H5PAVE_CHUNK=keep run asked "$@"
[ "$ranks" -gt 1 ] || exit 0

# shellcheck disable=SC2016 # for the shell of each rank
other='[ "${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}" != 1 ] || export H5PAVE_ACCESS=column; exec "$@"'
H5PAVE_CHUNK=override H5PAVE_ACCESS=row run asked "$@" bash -c "$other" rank
for rank in 0 1; do
    grep -q chunk:ranks_chose_differently "$folder/stats.$rank.json" || fail "rank $rank counted nothing"
done
# shellcheck disable=SC2016
other='[ "${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}" != 1 ] || unset H5PAVE_CHUNK; exec "$@"'
H5PAVE_CHUNK=override H5PAVE_ACCESS=row run asked "$@" bash -c "$other" rank
grep -q options_differ_between_ranks "$folder/stats.0.json" || fail "option chunk differs, and nobody counted it"
