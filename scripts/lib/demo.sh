# shellcheck shell=bash
# What the demo measures and the table it prints. Every file is inspected and compared by stock HDF5
# tools that run without the connector.

demo_failures=0
demo_rows=()
demo_samples=()
demo_notes=()

without_h5pave() { env -u HDF5_VOL_CONNECTOR -u HDF5_PLUGIN_PATH "$@"; }
with_h5pave()    { HDF5_PLUGIN_PATH=$H5PAVE_PLUGIN_DIR HDF5_VOL_CONNECTOR=h5pave "$@"; }

demo_fail() {
    demo_failures=$((demo_failures + 1))
    say "FAILED: $*"
}

# chunk_index FILE DATASET: as stock h5debug reads it from the object header.
chunk_index() {
    local address
    address=$(without_h5pave "$H5_TOOLS/h5ls" -v "$1/$2" | sed -n 's/.*Location: *[0-9]*:\([0-9]*\).*/\1/p')
    without_h5pave "$H5_TOOLS/h5debug" "$1" "$address" | sed -n 's/ *Index Type: *//p'
}

# chunk_shape FILE DATASET: 150 x 300.
chunk_shape() {
    without_h5pave "$H5_TOOLS/h5ls" -v "$1/$2" | sed -n 's/.*Chunks: *{\(.*\)}.*/\1/p' | sed 's/, / x /g'
}

# stored_kilobytes FILE DATASET
stored_kilobytes() {
    without_h5pave "$H5_TOOLS/h5ls" -v "$1/$2" |
        awk '/Storage:/ { for (i = 2; i <= NF; i++) if ($i == "allocated") printf "%.0f", $(i - 1) / 1000 }'
}

file_kilobytes() { echo $((($(stat -c %s "$1") + 500) / 1000)); }

# same_values FILE1 FILE2 [DATASET]: value by value. h5diff counts "not comparable" as no difference,
# so its words are checked too; datasets without any storage (netCDF dimensions) are alike.
same_values() {
    local text
    text=$(without_h5pave "$H5_TOOLS/h5diff" -c "$1" "$2" ${3:+"/$3"} 2>&1) || return 1
    ! printf '%s\n' "$text" | grep -v '^$' | grep -qv 'is an empty dataset$'
}

# microseconds COMMAND…: its duration; its output goes to demo.log.
microseconds() {
    local start=${EPOCHREALTIME/[.,]/}
    "$@" >>"$demo_folder/demo.log" 2>&1 </dev/null || return 1
    echo $((${EPOCHREALTIME/[.,]/} - start))
}

# run_both NAME COMMAND…: the command, with OUT replaced, off and on in turn; best time of each.
# Leaves NAME.stock.h5, NAME.h5pave.h5 and sets best_off, best_on.
run_both() {
    local name=$1 round time off on
    shift
    off=$demo_folder/$name.stock.h5 on=$demo_folder/$name.h5pave.h5
    best_off='' best_on=''
    for ((round = 0; round < ${H5PAVE_DEMO_RUNS:-3}; round++)); do
        rm -f "$off" "$on"
        time=$(microseconds without_h5pave "${@/#OUT/$off}") ||
            die "without h5pave this failed: ${*/#OUT/$off} (see $demo_folder/demo.log)"
        if [ -z "$best_off" ] || [ "$time" -lt "$best_off" ]; then best_off=$time; fi
        time=$(microseconds with_h5pave "${@/#OUT/$on}") || {
            tail -n 15 "$demo_folder/demo.log" | sed 's/^/    /' >&2
            die "with h5pave this failed: HDF5_PLUGIN_PATH=$H5PAVE_PLUGIN_DIR HDF5_VOL_CONNECTOR=h5pave ${*/#OUT/$on}"
        }
        if [ -z "$best_on" ] || [ "$time" -lt "$best_on" ]; then best_on=$time; fi
    done
}

# own_microseconds COMMAND…: the seconds that the program prints about itself.
own_microseconds() {
    local seconds
    seconds=$("$@" 2>>"$demo_folder/demo.log" </dev/null) || return 1
    awk -v seconds="$seconds" 'BEGIN { printf "%.0f", seconds * 1e6 }'
}

# time_both OFF-WORD… -- ON-WORD…: a program that prints its seconds, off and on in turn; best of each
# in best_off, best_on.
time_both() {
    local round time
    local -a off=() on=()
    while [ "$1" != -- ]; do off+=("$1"); shift; done
    shift
    on=("$@")
    best_off='' best_on=''
    for ((round = 0; round < ${H5PAVE_DEMO_RUNS:-3}; round++)); do
        time=$(own_microseconds without_h5pave "${off[@]}") || die "without h5pave this failed: ${off[*]} (see $demo_folder/demo.log)"
        if [ -z "$best_off" ] || [ "$time" -lt "$best_off" ]; then best_off=$time; fi
        time=$(own_microseconds with_h5pave "${on[@]}") || die "with h5pave this failed: ${on[*]} (see $demo_folder/demo.log)"
        if [ -z "$best_on" ] || [ "$time" -lt "$best_on" ]; then best_on=$time; fi
    done
}

# require_active NAME DATASET: HDF5 1.14 goes on without a connector that it cannot load, and the exit
# status is 0; then both files have the old index.
require_active() {
    [ "$(chunk_index "$demo_folder/$1.h5pave.h5" "$2")" = 'v1 B-tree' ] || return 0
    tail -n 15 "$demo_folder/demo.log" | sed 's/^/    /' >&2
    die "h5pave was not active: $2 in $demo_folder/$1.h5pave.h5 has a v1 B-tree as without it. HDF5 goes on without a connector that it cannot load; is $H5PAVE_PLUGIN_DIR/libh5pave.so there and loadable? $H5PAVE_PREFIX/bin/h5pave doctor tells more"
}

row() { demo_rows+=("$(printf '%-26s %-10s %-9s %-16s %7s %7s %6s %6s %s' "$@" | sed 's/ *$//')"); }
heading() { demo_rows+=("" "$1"); }
seconds() { awk -v t="$1" 'BEGIN { printf "%.2f", t / 1e6 }'; }

# A name in 24 characters.
short_name() {
    if [ "${#1}" -le 24 ]; then printf '%s' "$1"; else printf '%s..%s' "${1:0:15}" "${1: -7}"; fi
}

# dataset_row NAME DATASET EXPECTED-INDEX [SOURCE]: compare the two files, and with the source if given.
dataset_row() {
    local off=$demo_folder/$1.stock.h5 on=$demo_folder/$1.h5pave.h5 dataset=$2 expected=$3 source=${4:-}
    local index_off index_on verdict=equal
    index_off=$(chunk_index "$off" "$dataset")
    index_on=$(chunk_index "$on" "$dataset")
    [ "$index_on" = "$expected" ] ||
        demo_fail "$dataset in $on has a $index_on where h5pave chooses a $expected"
    if ! same_values "$off" "$on" "$dataset"; then verdict=DIFFER; fi
    if [ -n "$source" ] && ! same_values "$source" "$on" "$dataset"; then verdict=DIFFER; fi
    [ "$verdict" = equal ] || demo_fail "$dataset in $on: values differ from what stock HDF5 wrote"
    row "  $(short_name "$dataset")" "$(chunk_shape "$on" "$dataset")" "$index_off" "$index_on" \
        "$(stored_kilobytes "$off" "$dataset")" "$(stored_kilobytes "$on" "$dataset")" "" "" "$verdict"
}

# field_row LABEL FILE1 FILE2: times of time_both; FILE1's and FILE2's dataset /field compared.
field_row() {
    local verdict=equal
    if ! same_values "$2" "$3" field; then verdict=DIFFER; fi
    [ "$verdict" = equal ] || demo_fail "field in $3: values differ from those in $2"
    row "  $1" "$(chunk_shape "$2" field)" "$(chunk_index "$2" field)" "${4:-}" "$(stored_kilobytes "$2" field)" \
        "${5:-}" "$(seconds "$best_off")" "$(seconds "$best_on")" "$verdict"
}

# file_row NAME [SOURCE]: size, time and the comparison of everything in the file.
file_row() {
    local off=$demo_folder/$1.stock.h5 on=$demo_folder/$1.h5pave.h5 source=${2:-} verdict=equal
    if ! same_values "$off" "$on"; then verdict=DIFFER; fi
    if [ -n "$source" ] && ! same_values "$source" "$on"; then verdict=DIFFER; fi
    [ "$verdict" = equal ] || demo_fail "$on: values differ from what stock HDF5 wrote"
    row "  whole file" "" "" "" "$(file_kilobytes "$off")" "$(file_kilobytes "$on")" \
        "$(seconds "$best_off")" "$(seconds "$best_on")" "$verdict"
}

print_table() {
    local rule
    rule=$(printf '%0100d' 0 | tr 0 -)
    printf '%s\n' "$rule"
    printf '%-37s %-26s %15s %13s\n' '' 'chunk index' 'kilobytes' 'seconds'
    printf '%-26s %-10s %-9s %-16s %7s %7s %6s %6s %s\n' \
        'program, dataset' chunk stock h5pave stock h5pave stock h5pave values
    printf '%s' "$rule"
    printf '%s\n' "${demo_rows[@]}" "$rule"
}

# sample_log DATASET COMMAND…: the connector's own line about a dataset.
sample_log() {
    local dataset=$1 log=$demo_folder/sample.log
    shift
    rm -f "$demo_folder/sample.h5"
    with_h5pave env H5PAVE_LOG=info "${@/#OUT/$demo_folder/sample.h5}" >"$log" 2>&1 </dev/null || true
    rm -f "$demo_folder/sample.h5"
    if ! grep -m 1 "^h5pave.*$dataset" "$log" >"$log.line"; then
        demo_fail "with H5PAVE_LOG=info no line about $dataset was printed (see $log)"
    fi
    demo_samples+=("$(cat "$log.line")")
}
