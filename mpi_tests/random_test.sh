#!/bin/bash
# random_test.sh PROGRAM FIRST_SEED SEEDS COMMAND…: runs the random program under h5pave by COMMAND (mpiexec
# with its options) and asks the statistics whether the ranks' own writer did the work.
set -u
program=$1 first=$2 seeds=$3
shift 3
# Memory, where there is such a folder: flushes to a disk would take most of the time.
folder=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$folder"' EXIT
export H5PAVE_STATS="$folder/stats.%r.json"
"$@" "$program" "$folder/random.h5" h5pave "$first" "$seeds" || exit 1
python3 - "$folder" <<'PYTHON'
import json, pathlib, sys
all_bytes = native_bytes = chunks = 0
for path in pathlib.Path(sys.argv[1]).glob("stats.*.json"):
    write = json.loads(path.read_text())["write"]
    all_bytes += write["bytes"]
    native_bytes += write["native_bytes"]
    chunks += write["chunks_in_parallel"]
share = 1 - native_bytes / all_bytes if all_bytes else 0
print(f"{chunks} chunks, {share:.1%} of {all_bytes} bytes written by the ranks' own writer")
sys.exit(0 if share >= 0.95 and chunks > 0 else 1)
PYTHON
