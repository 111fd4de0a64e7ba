#!/bin/bash
# Chunk I/O, stock HDF5 beside h5pave: runs each workload of bench/chunk_io_bench in processes of its
# own, stock and h5pave in turn, and prints the medians of wall, CPU (user + system, all threads) and
# stored size, their ratios, and the goal of each. What was written is compared value by value by
# stock HDF5 after every run, what was read by the reading process; a difference ends this with status
# 1. Each process checks that its connector is active. A workload under its goal is marked '!'.
#
#   bench/run_chunk_io.sh BUILD_FOLDER [ROUNDS [DIVISOR]]
#
# Files go to $TMPDIR (up to some 300 MB at a time). DIVISOR makes the arrays that many times shorter,
# to try the benchmark itself. H5PAVE_THREADS and the like are handed on; BENCH_ONLY is an extended
# regular expression for the names of the workloads to run.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 3 ]]; then
  sed -n '2,12s/^# \{0,1\}//p' "$0"
  exit 2
fi
build=$(cd "$1" && pwd)
rounds=${2:-5}
divisor=${3:-1}
program=$build/bench/chunk_io_bench
[[ -x $program ]] || { echo "$program is missing: build h5pave in $build first" >&2; exit 1; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C

# Workload, goal for stock/h5pave in wall time, greatest h5pave/stock of the size, option, description.
workloads='
write.smooth    10   -    -       write, float32 smooth with small noise
write.smooth    25   1.10 deflate=fast the same, H5PAVE_DEFLATE=fast
write.quantised 20   -    -       write, float32 with one decimal
write.noise     20   -    -       write, float32 white noise
write.counters  20   -    -       write, int32 counters
write.plain     6    -    -       write, smooth without shuffle
write.images    6    -    -       write, uint16 images, gzip-1, fletcher32
convert.smooth  -    -    -       write, float64 memory to float32 file
each.images     8    -    -       write, one 2 MB image per H5Dwrite
append.0.4MB    5    -    -       append row by row, 0.4 MB chunks
append.1.6MB    150  -    -       append row by row, 1.6 MB chunks
write.tiny      2.5  -    -       write, 100,000 chunks of 400 bytes
each.tiny       2.5  -    -       the same, one chunk per H5Dwrite
write.raw       1.0  -    -       write, unfiltered chunks
each.raw        1.0  -    -       the same, 100 rows per H5Dwrite
read.smooth     6    -    -       read, float32 smooth with small noise
slab.smooth     6    -    -       the same, slab
read.quantised  6    -    -       read, float32 with one decimal
slab.quantised  6    -    -       the same, slab
read.noise      6    -    -       read, float32 white noise
slab.noise      6    -    -       the same, slab
read.counters   6    -    -       read, int32 counters
slab.counters   6    -    -       the same, slab
read.plain      6    -    -       read, smooth without shuffle
slab.plain      6    -    -       the same, slab
read.images     6    -    -       read, uint16 images
slab.images     6    -    -       the same, slab
steps.images    3    -    -       the same, one image per H5Dread
strided.smooth  -    -    -       read [::2, ::3], float32 smooth
random.tiny     1.0  -    -       read, 100,000 chunks in random order
read.raw        1.0  -    -       read, unfiltered chunks
slab.raw        1.0  -    -       the same, slab
'

stock() { env -u HDF5_VOL_CONNECTOR -u HDF5_PLUGIN_PATH "$@"; }
with_h5pave() { # OPTION|- COMMAND…
  local option=$1
  shift
  if [[ $option != - ]]; then
    option=${option^^}
    set -- env "H5PAVE_${option%%=*}=$(tr '[:upper:]' '[:lower:]' <<<"${option#*=}")" "$@"
  fi
  env -u H5PAVE_STATS HDF5_VOL_CONNECTOR=h5pave HDF5_PLUGIN_PATH="$build/plugin" "$@"
}

# run_once MODE WORKLOAD OPTION: one process, and its check; "wall cpu peak_kib size" is appended to
# $folder/MODE.
run_once() {
  local mode=$1 workload=$2 option=$3 file=$folder/written.h5 numbers size=0
  local -a run=(stock) words=("$program" run "$workload")
  [[ $mode == stock ]] || run=(with_h5pave "$option")
  local connector=native
  [[ $mode == stock ]] || connector=h5pave
  case ${kinds[$workload]} in
    read) numbers=$("${run[@]}" "${words[@]}" "$folder/${workload#*.}.h5" $connector "$divisor") ;;
    *)
      rm -f "$file"
      numbers=$("${run[@]}" "${words[@]}" "$file" $connector "$divisor")
      size=$(stock "$program" verify "$workload" "$file" "$divisor") ;;
  esac
  echo "$numbers $size" >>"$folder/$mode"
}

# median MODE COLUMN
median() {
  sort -g -k"$2,$2" "$folder/$1" | awk -v column="$2" \
    '{ value[NR] = $column } END { print (value[int((NR + 1) / 2)] + value[int((NR + 2) / 2)]) / 2 }'
}

# print_row DESCRIPTION GOAL SIZE_GOAL
print_row() {
  awk -v text="$1" -v goal="$2" -v size_goal="$3" \
    -v sw="$(median stock 1)" -v hw="$(median h5pave 1)" -v sc="$(median stock 2)" -v hc="$(median h5pave 2)" \
    -v sp="$(median stock 3)" -v hp="$(median h5pave 3)" -v ss="$(median stock 4)" -v hs="$(median h5pave 4)" '
    function over(a, b, digits) { return b > 0 ? sprintf("%." digits "f", a / b) : "-" }
    function megabytes(bytes) { return bytes > 0 ? sprintf("%.2f", bytes / 1e6) : "-" }
    BEGIN {
      miss = (goal != "-" && sw < goal * hw) || (size_goal != "-" && hs > size_goal * ss)
      printf "%-44s %8.3f %8.3f %6s %1s%6s %8.3f %8.3f %6s %8s %8s %6s %6.0f\n", text, sw, hw,
        over(sw, hw, 1), miss ? "!" : "", goal == "-" ? "-" : ">=" goal, sc, hc, over(sc, hc, 1),
        megabytes(ss), megabytes(hs),
        over(hs, ss, 3), (hp - sp) / 1024
    }'
}

declare -A kinds=()
while read -r name kind; do kinds[$name]=$kind; done < <("$program" list)

echo "machine: $(uname -n), $(lscpu | sed -n 's/^Model name: *//p' | head -n 1), $(nproc) cores," \
  "load at the start $(cut -d ' ' -f 1-3 /proc/loadavg)"
echo "medians of $rounds rounds, stock and h5pave in turn; wall and CPU in seconds, stored MB; files in" \
  "$(df --output=fstype "$folder" | tail -n 1)"
printf '%-44s %8s %8s %6s %7s %8s %8s %6s %8s %8s %6s %6s\n' '' 'wall' 'wall' 'stock/' '' CPU CPU \
  'stock/' MB MB 'h5pave' '+peak' 'float32 and int32: gzip-4, shuffle, 1 MB' stock h5pave h5pave goal \
  stock h5pave h5pave stock h5pave '/stock' MiB
while read -r name goal size_goal option text; do
  [[ -n $name && $name =~ ${BENCH_ONLY:-.} ]] || continue
  : >"$folder/stock"
  : >"$folder/h5pave"
  prepared=$folder/${name#*.}.h5
  if [[ ${kinds[$name]} == read && ! -e $prepared ]]; then
    rm -f "$folder"/*.h5
    stock "$program" prepare "$name" "$prepared" "$divisor"
  fi
  for ((round = 0; round < rounds; ++round)); do
    run_once stock "$name" "$option"
    run_once h5pave "$name" "$option"
  done
  print_row "$text" "$goal" "$size_goal"
  echo "$(median stock 3) $(median h5pave 3)" >>"$folder/peaks"
done <<<"$workloads"

memory=${H5PAVE_MEM:-256M}
awk -v memory="$memory" '
  { over = ($2 - $1) / 1024; if (NR == 1 || over > most) most = over }
  END { if (NR > 0) printf "peak memory of h5pave over stock: at most %.0f MiB (goal: H5PAVE_MEM=%s and 16 MiB)\n", most, memory }
' "$folder/peaks"
echo "all values verified by stock HDF5"
