#!/usr/bin/env bash
# Reading and writing as a user meets it: appends, phases, memory, lazy reads, SWMR, an
# application's own filter (rows 20, 56, 57, 88, 90 and 91 of the features).
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/shell/transfer_programs.py
export PYTHONDONTWRITEBYTECODE=1

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    "$python" "$program" rows off.h5 1000 >/dev/null
    wall=$(H5PAVE_STATS=$scratch/rows.json RUN "$python" "$program" rows on.h5 1000)
    check_ok "$label row 20: 1000 appended rows, as stock" stock h5diff off.h5 on.h5
    check "$label row 20: chunks written for 1000 rows, 100 per chunk" "$(jq .write.chunks_in_parallel rows.json)" 10
    check "$label row 57: the phases make the whole, inside the program's own time of $wall s" \
        "$(jq --argjson wall "$wall" '.write.seconds | .total > 0 and .total <= $wall and .filter > 0 and .store > 0 and
            .preparation > 0 and (.total - .preparation - .filter - .store - .native | fabs) < 1e-9' rows.json)" true
    check "$label row 57: one dataset's time is the process's" \
        "$(jq '.datasets[0].write.seconds == .write.seconds' rows.json)" true

    read -r same stock_mib <<<"$("$python" "$program" large off.h5 256)"
    read -r same mib <<<"$(H5PAVE_MEM=64M RUN "$python" "$program" large on.h5 256)"
    check "$label row 88: values in a file four times the limit" "$same" True
    check_ok "$label row 88: $mib MiB at the peak, stock $stock_mib, limit 64" [ "$mib" -le $((stock_mib + 64 + 16)) ]
    check_ok "$label row 88: same values" stock h5diff off.h5 on.h5

    read -r same bytes <<<"$(RUN "$python" "$program" lazy lazy.h5)"
    check_ok "$label row 91: $bytes bytes read of 10 GB for 10 elements" [ "$same $((bytes < 1000000))" = 'True 1' ]

    check "$label row 56: a stock reader sees each flushed row" "$(H5PAVE_STATS=$scratch/swmr.json RUN "$python" "$program" swmr s.h5)" \
        "$(for n in 1 2 3 4 5 6 7 8 9 10 11; do printf '%s True, ' $n; done)True"
    check_ok "$label row 56: written by stock HDF5" [ "$(jq '.pass_through."write:swmr"' swmr.json)" -ge 11 ]
done

for flavour in $H5_FLAVOURS; do
    compile_c "$flavour" ./app_filter "$H5PAVE_SOURCE/tests/shell/app_filter.c"
    ./app_filter off.h5 >off.txt
    H5PAVE_STATS=$scratch/filter.json RUN ./app_filter on.h5 >on.txt
    check "${flavour%%=*} row 90: an application's filter with set_local, stored bytes as stock" "$(diff off.txt on.txt)" ''
    check "${flavour%%=*} row 90: written by stock HDF5" "$(jq '.pass_through."write:other_filter"' filter.json)" 1
done
finish
