#!/bin/bash
# profile_test.sh PROGRAM RANKS COMMAND…: every rank adds what it did to one profile, none gets lost, and none
# waits for another in the middle of a call; with %r each has its own; a bad profile is told by one rank.
set -u
program=$1 ranks=$2
shift 2
folder=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$folder"' EXIT
fail() { echo "$1"; cat "$folder/output"; exit 1; }
run() {
    local profile=$1
    shift
    H5PAVE_PROFILE=$profile "$@" "$program" "$folder/file.h5" h5pave >"$folder/output" 2>&1 || fail "the program failed"
}
# calls FILE…: the sum of all calls.
calls() { cat "$@" | grep -o '"calls":[0-9]*' | awk -F: '{sum += $2} END {print sum + 0}'; }

run "$folder/p.json" "$@"
grep -q "\"processes\":$ranks," "$folder/p.json" || fail "not all ranks are in the profile: $(head -1 "$folder/p.json")"
run "$folder/p.%r.json" "$@"
[ "$(find "$folder" -name 'p.[0-9].json' | wc -l)" -eq "$ranks" ] || fail "not a file per rank"
together=$(calls "$folder/p.json") apart=$(calls "$folder"/p.[0-9].json)
[ "$together" -gt 0 ] && [ "$together" -eq "$apart" ] || fail "$together calls together, $apart apart"
echo garbage >"$folder/bad.json"
run "$folder/bad.json" "$@"
[ "$(grep -c 'is not a profile of h5pave' "$folder/output")" -eq 1 ] || fail "not one line about a bad profile"
[ "$(cat "$folder/bad.json")" = garbage ] || fail "a file that is no profile was overwritten"
