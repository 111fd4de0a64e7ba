#!/bin/bash
# options_differ_test.sh PROGRAM COMMAND…: one rank has other options than the rest. All ranks must leave the
# file to stock HDF5, index included, or their metadata would differ and the file would be damaged.
set -u
program=$1
shift
folder=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$folder"' EXIT
export H5PAVE_STATS="$folder/stats.%r.json"
# shellcheck disable=SC2016 # for the shell of each rank
"$@" bash -c '[ "${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}" != 1 ] || export H5PAVE_INDEX=btree2
    exec "$0" "$1" h5pave' "$program" "$folder/file.h5" >"$folder/output" 2>&1 || { cat "$folder/output"; exit 1; }
for rank in 0 1; do
    grep -q options_differ_between_ranks "$folder/stats.$rank.json" ||
        { echo "rank $rank counted nothing"; cat "$folder/output"; exit 1; }
done
