#!/bin/bash
# Cost of being loaded: runs bench/metadata_overhead under stock HDF5, HDF5's own pass_through
# connector and h5pave, one after the other in every round, and prints medians and their ratios to
# stock. Each run is a process of its own and checks that its connector is active.
#
#   bench/run_metadata_overhead.sh BUILD_FOLDER [COUNT [ROUNDS]]
#
# Files go to $TMPDIR; put it on a memory file system to leave the disk out of the wall times.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 3 ]]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0"
  exit 2
fi
build=$(cd "$1" && pwd)
count=${2:-5000}
rounds=${3:-9}
program=$build/bench/metadata_overhead
[[ -x $program ]] || { echo "$program is missing: build h5pave in $build first" >&2; exit 1; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# run_once MODE WORKLOAD: one process; its four times are appended to $folder/WORKLOAD.MODE.
run_once() {
  local mode=$1 workload=$2
  local -a variables=()
  local connector=native
  case $mode in
    pass_through)
      connector=pass_through
      variables=("HDF5_VOL_CONNECTOR=pass_through under_vol=0;under_info={}") ;;
    h5pave)
      connector=h5pave
      variables=("HDF5_VOL_CONNECTOR=h5pave" "HDF5_PLUGIN_PATH=$build/plugin") ;;
  esac
  env -u HDF5_VOL_CONNECTOR -u HDF5_PLUGIN_PATH -u H5PAVE_STATS "${variables[@]}" \
    "$program" "$workload" "$count" "$folder/data.h5" "$connector" >>"$folder/$workload.$mode"
}

# median MODE WORKLOAD COLUMN
median() {
  sort -g -k"$3,$3" "$folder/$2.$1" | awk -v column="$3" \
    '{ value[NR] = $column } END { print (value[int((NR + 1) / 2)] + value[int((NR + 2) / 2)]) / 2 }'
}

# ratio A B: A as a difference to B in percent.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%+.1f %%", (a / b - 1) * 100 }'; }

modes=(stock pass_through h5pave)
for workload in small chunked; do
  for mode in "${modes[@]}"; do # the first run of each fills the caches and does not count
    run_once "$mode" "$workload"
    : >"$folder/$workload.$mode"
  done
  for ((round = 0; round < rounds; ++round)); do
    for mode in "${modes[@]}"; do run_once "$mode" "$workload"; done
  done
done

echo "machine: $(lscpu | sed -n 's/^Model name: *//p' | head -n 1), $(nproc) cores"
echo "medians of $rounds rounds, $count objects; CPU is user + system; percent: against stock"
columns=("create wall" "create CPU" "reopen wall" "reopen CPU")
printf '%-9s %-12s %14s %14s %22s %22s\n' workload phase "stock (s)" "" pass_through h5pave
for workload in small chunked; do
  for column in 1 2 3 4; do
    stock=$(median stock $workload $column)
    pass=$(median pass_through $workload $column)
    ours=$(median h5pave $workload $column)
    printf '%-9s %-12s %14.4f %14s %11.4f %10s %11.4f %10s\n' $workload "${columns[column - 1]}" \
      "$stock" "" "$pass" "$(ratio "$pass" "$stock")" "$ours" "$(ratio "$ours" "$stock")"
  done
done
