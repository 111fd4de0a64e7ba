#!/usr/bin/env bash
# Random programs: the same ones under stock HDF5 and under h5pave, every result and every final file
# equal as stock HDF5 reads it. Arguments: first seed, number of programs (per HDF5 version).
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
first=${1:-1} count=${2:-600}
program=$H5PAVE_SOURCE/tests/h5py/random_programs.py
export PYTHONDONTWRITEBYTECODE=1

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    "$python" "$program" run "$first" "$count" "$label-off" >"$label-off.log"
    H5PAVE_STATS=$scratch/$label.json RUN "$python" "$program" run "$first" "$count" "$label-on" >"$label-on.log"
    "$python" "$program" digest "$label-off" >"$label-off.txt"
    "$python" "$program" digest "$label-on" >"$label-on.txt"
    check_ok "$label: $count programs, $(wc -l <"$label-off.log") operations: same results" \
        diff "$label-off.log" "$label-on.log"
    check_ok "$label: $(wc -l <"$label-off.txt") datasets in the final files: same values" \
        diff "$label-off.txt" "$label-on.txt"
    # Without these the comparison would be of stock with stock.
    for direction in write read; do
        chunks=$(jq ".$direction.chunks_in_parallel" "$label.json")
        check_ok "$label: $chunks chunks went through h5pave's own $direction path" [ "$chunks" -gt "$count" ]
    done
    echo "$label: left to stock HDF5: $(jq -c .pass_through "$label.json")"
done
finish
