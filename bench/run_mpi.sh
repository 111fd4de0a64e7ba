#!/bin/bash
# MPI I/O, stock HDF5 beside h5pave: each workload of bench/mpi_io_bench on 2 ranks with one thread each,
# stock and h5pave in turn; prints the medians of wall and CPU seconds and of the stored size as ratios,
# with the goal of each. What was written is compared value by value by serial stock HDF5, what was read
# by the reading program; a difference ends this with status 1. Each run checks that its connector is
# active. A workload under its goal is marked '!'.
#
#   bench/run_mpi.sh BUILD_FOLDER [ROUNDS [ROWS [RANKS]]]
#
# ROWS of 32 KiB (8192: 256 MiB). Files go to $TMPDIR. BENCH_ONLY is an extended regular expression for
# the names of the workloads to run.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 4 ]]; then
  sed -n '2,12s/^# \{0,1\}//p' "$0"
  exit 2
fi
build=$(cd "$1" && pwd)
rounds=${2:-3} rows=${3:-8192} ranks=${4:-2}
program=$build/bench/mpi_io_bench
[[ -x $program ]] || { echo "$program is missing: it is built where a parallel HDF5 and Open MPI are" >&2; exit 1; }
# shellcheck source=/dev/null
. "$build/testenv.sh"
unset HDF5_VOL_CONNECTOR HDF5_PLUGIN_PATH
for name in "${!H5PAVE_@}"; do export -n "${name?}"; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C OMPI_MCA_btl_vader_single_copy_mechanism=none
# More ranks than processors must not wait by spinning; else a yield costs milliseconds per message.
((ranks <= $(nproc))) || export OMPI_MCA_mpi_yield_when_idle=1

# Name, mode, gzip level, chunk edge, goal for stock/h5pave in wall time, option, description.
workloads='
write.1MB       write             4 512 3.5 -            collective write, gzip-4 + shuffle, 1 MB chunks
fast.1MB        write             4 512 5   H5PAVE_DEFLATE=fast the same, H5PAVE_DEFLATE=fast
write.256KB     write             4 256 3.5 -            collective write, gzip-4 + shuffle, 256 KB chunks
write.16KB      write             4 64  2.5 -            collective write, gzip-4 + shuffle, 16 KB chunks
raw.16KB        write             0 64  2   -            collective write, unfiltered, 16 KB chunks
raw.alone.16KB  independent       0 64  4   -            independent write, unfiltered, 16 KB chunks
raw.alone.1MB   independent       0 512 4   -            independent write, unfiltered, 1 MB chunks
read.1MB        read              4 512 3   -            collective read, gzip-4 + shuffle, 1 MB chunks
read.256KB      read              4 256 3   -            collective read, gzip-4 + shuffle, 256 KB chunks
read.16KB       read              4 64  3   -            collective read, gzip-4 + shuffle, 16 KB chunks
alone.read.1MB  independent-read  4 512 3   -            independent read, gzip-4 + shuffle, 1 MB chunks
raw.read.16KB   read              0 64  3   -            collective read, unfiltered, 16 KB chunks
raw.alone.read  independent-read  0 64  3   -            independent read, unfiltered, 16 KB chunks'

# run stock|h5pave MODE FILE LEVEL CHUNK OPTION: "wall cpu" of all ranks.
run() {
  local connector=native
  local -a environment=()
  if [[ $1 == h5pave ]]; then
    connector=h5pave
    environment=(HDF5_PLUGIN_PATH="$build/plugin" HDF5_VOL_CONNECTOR=h5pave H5PAVE_THREADS=1)
    [[ $6 == - ]] || environment+=("$6")
  fi
  # shellcheck disable=SC2086
  env "${environment[@]}" "$MPIEXEC" $MPIEXEC_FLAGS -n "$ranks" "$program" "$2" "$3" "$4" "$5" "$rows" "$connector" 2>>"$folder/log" </dev/null ||
    { echo "mpi_io_bench $2 failed ($1):" >&2; tail -n 20 "$folder/log" >&2; exit 1; }
}

printf '%s, %s ranks on %s processors, %s MiB, medians of %s rounds, stock = 1\n\n' \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$ranks" "$(nproc)" $((rows / 32)) "$rounds"
printf '%-16s %6s %6s %6s %6s  %s\n' workload wall CPU goal size description
missed=0
while read -r name mode level chunk goal option description; do
  [[ -n $name && $name =~ ${BENCH_ONLY:-.} ]] || continue
  off=$folder/off.h5 on=$folder/on.h5
  # Both read the file that stock wrote.
  if [[ $mode == *read ]]; then run stock write "$off" "$level" "$chunk" - >/dev/null; fi
  : >"$folder/figures"
  for ((round = 0; round < rounds; ++round)); do
    a=$(run stock "$mode" "$off" "$level" "$chunk" -)
    b=$(run h5pave "$mode" "$([[ $mode == *read ]] && echo "$off" || echo "$on")" "$level" "$chunk" "$option")
    echo "$a $b" >>"$folder/figures"
  done
  size=-
  if [[ $mode != *read ]]; then
    "$H5_TOOLS/h5diff" "$off" "$on" || { echo "$name: the values differ" >&2; exit 1; }
    size=$(awk -v a="$(stat -c %s "$off")" -v b="$(stat -c %s "$on")" 'BEGIN { printf "%.3f", b / a }')
  fi
  python3 - "$folder/figures" "$name" "$goal" "$size" "$description" <<'PYTHON' || missed=$((missed + 1))
import statistics, sys
rows = [[float(word) for word in line.split()] for line in open(sys.argv[1])]
off_wall, off_cpu, on_wall, on_cpu = (statistics.median(column) for column in zip(*rows))
name, goal, size, description = sys.argv[2:]
wall, cpu = off_wall / on_wall, off_cpu / on_cpu
mark = "!" if wall < float(goal) else " "
print(f"{name:16} {wall:6.2f} {cpu:6.2f} {goal:>6} {size:>6} {mark}{description} ({off_wall:.2f} s, {on_wall:.2f} s)")
sys.exit(wall < float(goal))
PYTHON
  rm -f "$off" "$on"
done <<<"$workloads"
printf '\nall values verified; %s workloads under their goal\n' "$missed"
