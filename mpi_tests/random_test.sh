#!/bin/bash
# random_test.sh PROGRAM filtered|unfiltered FIRST_SEED SEEDS COMMAND…: runs the random program under h5pave by
# COMMAND (mpiexec with its options) and asks the statistics whether h5pave did the work: nearly all of it
# for filtered datasets; of unfiltered ones stock does what is as fast there.
set -u
program=$1 kind=$2 first=$3 seeds=$4
shift 4
# Memory, where there is such a folder: flushes to a disk would take most of the time.
folder=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$folder"' EXIT
export H5PAVE_STATS="$folder/stats.%r.json"
"$@" "$program" "$folder/random.h5" h5pave "$first" "$seeds" "$kind" || exit 1
python3 - "$folder" "$kind" <<'PYTHON'
import json, pathlib, sys
totals = {way: {"bytes": 0, "native_bytes": 0, "chunks_in_parallel": 0} for way in ("write", "read")}
for path in pathlib.Path(sys.argv[1]).glob("stats.*.json"):
    statistics = json.loads(path.read_text())
    for way, total in totals.items():
        for name in total:
            total[name] += statistics[way][name]
least = {"filtered": {"write": 0.95, "read": 0.3}, "unfiltered": {"write": 0.1, "read": 0.1}}[sys.argv[2]]
good = True
for way, total in totals.items():
    share = 1 - total["native_bytes"] / max(total["bytes"], 1)
    print(f"{way}: {total['chunks_in_parallel']} chunks, {share:.1%} of {total['bytes']} bytes by h5pave")
    good = good and share >= least[way] and total["chunks_in_parallel"] > 0
sys.exit(0 if good else 1)
PYTHON
