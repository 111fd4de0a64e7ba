#!/usr/bin/env bash
# Option profile as a user sees it: run once, run again faster; several processes; files that are no
# profiles. Once per h5py at hand.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
export PYTHONDONTWRITEBYTECODE=1
programs=$H5PAVE_SOURCE/tests/shell/profile_programs.py

program() { RUN "$python" "$programs" "$@"; }

# of PROFILE DATASET FILTER: what jq finds in the accesses of a dataset.
of() { jq -c --arg path "$2" ".datasets[] | select(.path == \$path) | .accesses | $3" "$1"; }
calls() { of "$1" "$2" 'map(.calls) | add'; }

run_once_run_again() {
    rm -f p.json
    H5PAVE_PROFILE=p.json program columns a.h5 >first
    check "$label both steps share a pattern" "$(jq -c '[.datasets[].path]' p.json)" '["/step_#/u"]'
    check "$label what was read and written" \
        "$(of p.json '/step_#/u' '[.[] | [.kind, .box, .calls]]')" \
        '[["write","*,*",2],["read","*,1",80],["read","*,*",2]]'
    cp p.json once.json
    H5PAVE_PROFILE=p.json H5PAVE_CHUNK=auto program columns b.h5 >second
    check "$label the second run has the shape for columns" \
        "$(sed 's/,.*//; s/(//' second) $([ "$(cat first)" != "$(cat second)" ] && echo changed)" '600 changed'
    check "$label the values are the same" "$(sed 's/.*) //' second)" "$(sed 's/.*) //' first)"
    check_ok "$label the files are the same" stock h5diff a.h5 b.h5
    check "$label the runs are added up" "$(jq .processes p.json) $(of p.json '/step_#/u' 'map(.calls)')" '2 [4,160,4]'
    check "$label columns touch a fifth of the bytes or less" "$(jq -n --slurpfile once once.json --slurpfile both p.json '
        [$once[0], $both[0]] | map(.datasets[0].accesses[1].bytes_touched) | .[1] - .[0] < .[0] / 5')" true
    H5PAVE_PROFILE=once.json program columns b.h5 >keep
    check "$label chunk=keep keeps" "$(cat keep)" "$(cat first)"
    H5PAVE_PROFILE=once.json H5PAVE_CHUNK=override H5PAVE_ACCESS=row program columns b.h5 >told
    check "$label option access wins" "$(sed 's/(\([0-9]*\), \([0-9]*\)).*/\2/' told)" 900
    rm -f none.json
    H5PAVE_PROFILE=none.json H5PAVE_CHUNK=auto program columns b.h5 >without
    H5PAVE_CHUNK=auto program columns b.h5 >assumed
    check "$label a profile that is not there yet changes nothing" "$(cat without)" "$(cat assumed)"
    H5PAVE_LOG=info H5PAVE_PROFILE=once.json H5PAVE_CHUNK=auto program columns b.h5 2>log >/dev/null
    check "$label the log says for what" "$(grep -c '^h5pave: b.h5 /step_000[01]/u: chunk .* -> .* of \*,1, read.*times faster' log)" 2
}

growing_datasets() {
    rm -f p.json
    H5PAVE_PROFILE=p.json program grow a.h5 >first
    check "$label appends are rows in order" "$(of p.json /log 'map(select(.kind == "write")) | [length, .[0].box]')" '[1,"1,*"]'
    check "$label the extent it reached" "$(jq -c '.datasets[0].shape' p.json)" '[1000,2000]'
    H5PAVE_CHUNK=auto program grow b.h5 >without
    check "$label auto alone knows too little" "$(cat without)" "$(cat first)"
    H5PAVE_PROFILE=p.json H5PAVE_CHUNK=auto program grow b.h5 >second
    check "$label with the profile auto chooses" "$([ "$(cat first)" != "$(cat second)" ] && echo changed)" changed
    check_ok "$label the values are the same" stock h5diff a.h5 b.h5
}

all_selections() {
    rm -f p.json
    H5PAVE_PROFILE=p.json program selections a.h5
    read_as() { of p.json "/$1" 'map(select(.kind == "read") | [.box, .repeats, .calls])'; }
    check "$label a box" "$(read_as box)" '[["50,10",1,1]]'
    check "$label its bytes and those of its chunks" \
        "$(of p.json /box 'map(select(.kind == "read") | [.bytes_wanted, .bytes_touched])')" '[[2000,10000]]'
    check "$label small strides are their bounding box" "$(read_as strided)" '[["89,145",1,1]]'
    check "$label its elements alone are wanted" "$(of p.json /strided 'map(select(.kind == "read").bytes_wanted)')" '[8820]'
    check "$label a list of rows" "$(read_as rows)" '[["1,*",4,1]]'
    check "$label every hundredth row" "$(read_as far_rows)" '[["1,*",10,1]]'
    check "$label a mask" "$(read_as points)" '[["1,1",4,1]]'
    check "$label all" "$(read_as all)" '[["*,*",1,1]]'
    check "$label a list of points" "$(read_as point_list)" '[["1,1",3,1]]'
    check "$label nothing selected" "$(read_as nothing)" '[]'
    check "$label scalars and strings are left out" "$(jq '[.datasets[].path | select(. == "/scalar" or . == "/text")] | length' p.json)" 0
}

make_rows() { "$python" -c "
import h5py, numpy as np
h5py.File('rows.h5', 'w').create_dataset('x', data=np.ones((1000, 500), 'f4'), chunks=(100, 100), compression='gzip')"; }

several_processes() {
    rm -f p.json loop.json q-*.json
    make_rows
    local i
    for i in 1 2 3 4 5 6; do H5PAVE_PROFILE=p.json program reader rows.h5 50 & done
    wait
    check "$label six programs at once" "$(jq .processes p.json) $(calls p.json /x)" '6 300'
    check "$label nothing is left beside the profile" "$(find . -name 'p.json*' | wc -l)" 1
    for i in 1 2; do H5PAVE_PROFILE='q-%p-%r.json' program reader rows.h5 5; done
    check "$label %p and %r: a file per process" "$(find . -name 'q-*-0.json' | wc -l)" 2
    rm -f p.json
    H5PAVE_PROFILE=p.json program forked rows.h5 >out
    check "$label fork: children end well" "$(sort -u out)" 0
    check "$label fork: nobody's calls are counted twice" "$(jq .processes p.json) $(calls p.json /x)" '4 23'
    rm -f p.json
    H5PAVE_PROFILE=p.json program workers rows.h5 >out
    check "$label workers of multiprocessing: end well" "$(sort -u out)" 0
    # One read of the parent, ten of each that closes its file, and at least nine in the first second of the other.
    check "$label workers of multiprocessing: their calls are there" \
        "$(jq .processes p.json) $(calls p.json /x | awk '{print ($1 >= 40 && $1 <= 45)}')" '5 1'
    H5PAVE_PROFILE=loop.json program same_loop rows.h5 20000
    check "$label a dataset that is opened 20000 times: calls counted within 10 %" \
        "$(calls loop.json /x | awk '{print ($1 > 18000 && $1 < 22000)}')" 1
}

# refused TEXT PROFILE PATTERN: the program goes on, one line tells, the file stays.
refused() {
    local before after
    before=$(stat -c '%F %i %s' "$2"; cat "$2" 2>/dev/null || true)
    H5PAVE_PROFILE=$2 H5PAVE_CHUNK=override program columns b.h5 >out 2>err
    check "$label $1: the program goes on" "$(wc -l <out)" 1
    check "$label $1: one line that says why" "$(wc -l <err) $(grep -c "^h5pave: the profile '$2' $3" err)" '1 1'
    after=$(stat -c '%F %i %s' "$2"; cat "$2" 2>/dev/null || true)
    check "$label $1: it stays as it is" "$(cmp <(echo "$before") <(echo "$after") && echo same)" same
}

bad_files() {
    rm -f p.json && H5PAVE_PROFILE=p.json program columns a.h5 >/dev/null
    echo 'my only copy' >garbage.json
    refused garbage garbage.json 'is not a profile of h5pave; it is left as it is and not used$'
    sed 's/"h5pave_profile":1/"h5pave_profile":2/' p.json >newer.json
    refused 'a newer version' newer.json 'is a profile of version 2, which this h5pave does not know'
    head -c 300 p.json >cut.json
    refused truncated cut.json 'is not a profile of h5pave'
    sed 's/"calls":80/"calls":-80/' p.json >damaged.json
    refused damaged damaged.json "is a damaged profile: 'not a number' is wrong"
    ln -sf target.json link.json
    echo '' >target.json
    refused 'a symbolic link' link.json 'is a symbolic link, which is not followed'
    check "$label a symbolic link: its target stays" "$(wc -c <target.json)" 1
    H5PAVE_PROFILE=nowhere/p.json program columns b.h5 >out 2>err
    check "$label no such folder" "$(wc -l <out) $(wc -l <err) $(grep -c "cannot be written: No such file" err)" '1 1 1'
    : >empty.json
    H5PAVE_PROFILE=empty.json program columns b.h5 >out 2>err
    check "$label an empty file is filled" "$(wc -l <err) $(jq .processes empty.json)" '0 1'
    if [ "$(id -u)" -ne 0 ]; then
        mkdir -p locked && chmod 500 locked
        H5PAVE_PROFILE=locked/p.json program columns b.h5 >out 2>err
        check "$label a folder that cannot be written" "$(wc -l <out) $(grep -c 'cannot be written: Permission denied' err)" '1 1'
    fi
}

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    run_once_run_again
    growing_datasets
    all_selections
    several_processes
    bad_files
done
finish
