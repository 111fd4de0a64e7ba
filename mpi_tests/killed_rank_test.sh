#!/bin/bash
# killed_rank_test.sh PROGRAM COMMAND…: a rank killed at several moments of collective writes: the job ends,
# and serial stock HDF5 reads every value flushed before.
set -u
program=$1
shift
folder=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$folder"' EXIT
fail() { echo "$1"; cat "$folder/output"; exit 1; }
for milliseconds in 1 2 5 10 20 50 100 200; do
    # The program never ends by itself. What status the launcher gives a killed rank is its own business:
    # MPICH's is 0 now and then.
    status=0
    timeout 60 "$@" "$program" "$folder/file.h5" $milliseconds >"$folder/output" 2>&1 || status=$?
    [ $status -ne 124 ] || fail "$milliseconds ms: the job hangs"
    grep -q '^flushed' "$folder/output" || fail "$milliseconds ms: it ended before anything was flushed"
    HDF5_VOL_CONNECTOR=native "$program" "$folder/file.h5" >"$folder/output" 2>&1 ||
        fail "$milliseconds ms: what was flushed is not there"
done
