#!/usr/bin/env bash
# Programs that exit without closing, fork, use threads, other drivers, links, references, mounts,
# file images, SWMR: the same outcome with and without the connector.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
export PYTHONDONTWRITEBYTECODE=1
programs=$H5PAVE_SOURCE/tests/shell/process_programs.py

# run FOLDER COMMAND…: output, errors and exit status of a command in a new folder.
run() {
    local folder=$1 rc=0
    shift
    rm -rf "$folder" && mkdir "$folder"
    (cd "$folder" && "$@") >"$folder.out" 2>"$folder.err" || rc=$?
    echo "exit status $rc" >>"$folder.out"
}

# same_files: every HDF5 file of off/ is in on/ and the same to stock h5diff, or unreadable in both.
same_files() {
    local path off_rc on_rc
    diff <(cd off && find . -name '*.h5' | sort) <(cd on && find . -name '*.h5' | sort)
    for path in off/*.h5; do
        case $path in off/family*|off/split*) continue ;; esac
        [ -e "$path" ] || continue
        off_rc=0 on_rc=0
        stock h5dump "$path" >/dev/null 2>&1 || off_rc=$?
        stock h5dump "on/${path#off/}" >/dev/null 2>&1 || on_rc=$?
        [ "$off_rc" = "$on_rc" ] || { echo "$path: h5dump $off_rc, on $on_rc"; return 1; }
        [ "$off_rc" = 0 ] || continue
        stock h5diff "$path" "on/${path#off/}" || return 1
    done
}

# compare PROGRAM [FILE DATASET INDEX]…: both runs, then proof that the connector was active.
compare() {
    local program=$1
    shift
    run off "$python" "$programs" "$program"
    H5PAVE_STATS='stats-%p.json' run on RUN "$python" "$programs" "$program"
    check "$label $program: same output" "$(diff off.out on.out)" ''
    # bash tells of a killed child by the script's own line.
    check "$label $program: same errors" "$(diff <(grep -v ' Killed ' off.err) <(grep -v ' Killed ' on.err))" ''
    check_ok "$label $program: same files" same_files
    while [ $# -gt 0 ]; do
        check "$label $program: index of $1 $2" "$(idx "on/$1" "$2")" "$3"
        shift 3
    done
}

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    compare exit_without_close a.h5 x 'Extensible Array'
    check "$label exit_without_close: statistics" \
        "$(grep -o '"index_after": .*' on/stats-*.json)" '"index_after": "Extensible Array",'
    compare os_exit_after_flush a.h5 x 'Extensible Array'
    compare os_exit_without_flush
    compare killed a.h5 x 'Extensible Array' 2>/dev/null  # where bash tells of the kill
    compare fork_pool a.h5 x 'Extensible Array' child0.h5 x 'Extensible Array' child3.h5 x 'Extensible Array'
    compare fork_with_open_file a.h5 y 'v2 B-tree' child0.h5 x 'Extensible Array'
    compare fork_and_normal_exit b.h5 x 'Extensible Array' child0.h5 x 'Extensible Array'
    check "$label fork_and_normal_exit: statistics of both" "$(find on -name 'stats-*.json' | wc -l)" 2
    compare exit_with_partly_written_chunks
    compare fork_with_busy_workers
    check "$label fork_with_busy_workers: chunks through h5pave" \
        "$(($(cat on/stats-*.json | jq -s 'map(.write.chunks_in_parallel) | add') >= 24))" 1
    compare many_forks
    compare file_locking
    compare several_opens a.h5 y 'Extensible Array'
    compare links b.h5 inside/created_through_link 'Extensible Array' a.h5 moved/way 'Extensible Array'
    compare virtual part1.h5 x 'Extensible Array' a.h5 x 'Extensible Array'
    compare references a.h5 objects 'Fixed Array'
    compare drivers core.h5 x 'Extensible Array' stdio.h5 x 'Extensible Array' block.h5 x 'Extensible Array' \
        fileobj.h5 x 'Extensible Array' paged.h5 x 'Extensible Array'
    compare images image.h5 y 'Extensible Array'
    compare mount b.h5 through_the_mount 'Extensible Array'
    compare swmr a.h5 x 'Extensible Array'
    compare swmr_after_default_bounds a.h5 x 'Extensible Array'
    compare threads a.h5 g7/x9 'Extensible Array' thread3.h5 x0 'Extensible Array'
    compare close_order a.h5 x 'Extensible Array' b.h5 x 'Extensible Array'
done
finish
