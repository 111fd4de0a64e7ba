#!/usr/bin/env bash
# The parallel chunk writer and reader under unmodified programs: threads, modes, forks, limits, and
# trouble, each as stock HDF5 or as documented.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/chunk_writer_programs.py
export PYTHONDONTWRITEBYTECODE=1

# chunks FILE DIRECTION: how many went through h5pave's own threads.
chunks() { jq ".$2.chunks_in_parallel" "$1"; }

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    "$python" "$program" write off.h5
    stock_bytes=$(stat -c %s off.h5)
    for setting in THREADS=1 THREADS=2 THREADS=8 DEFLATE=small DEFLATE=fast DEFLATE=stock MEM=16M; do
        rm -f stats.json on.h5
        (export "H5PAVE_$setting" H5PAVE_STATS="$scratch/stats.json"; RUN "$python" "$program" write on.h5)
        check "$label $setting: chunks written in parallel" "$(chunks stats.json write)" 76
        check_ok "$label $setting: same values" stock h5diff off.h5 on.h5
        (export "H5PAVE_$setting" H5PAVE_STATS="$scratch/stats.json"; RUN "$python" "$program" verify off.h5)
        check_ok "$label $setting: chunks read in parallel" [ "$(chunks stats.json read)" -ge 64 ]
    done
    RUN "$python" "$program" write on.h5
    check_ok "$label balanced: $(stat -c %s on.h5) bytes, at most 1.02 of stock's $stock_bytes" \
        [ $((100 * $(stat -c %s on.h5))) -le $((102 * stock_bytes)) ]

    check "$label: forked child and parent go on" "$(RUN "$python" "$program" fork fork.h5)" "child ok parent ok"
    for mode in off on; do
        runner=(); [ $mode = off ] || runner=(RUN)
        # Stock HDF5 may crash at exit when its file cannot be closed; what counts is the error before.
        { "${runner[@]}" "$python" "$program" full "full-$mode.h5" >"full-$mode.txt"; } 2>/dev/null || true
        "${runner[@]}" "$python" "$program" damaged off.h5 >"damaged-$mode.txt" 2>&1 || true
    done
    for mode in off on; do
        check "$label: file size limit reached in mid-write, connector $mode" "$(cat full-$mode.txt)" "an error"
    done
    check "$label: damaged chunk" "$(cat damaged-on.txt)" "$(cat damaged-off.txt)"
done
finish
