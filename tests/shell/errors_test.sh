#!/usr/bin/env bash
# Failing operations: the same exceptions through h5py, the same printed error stack from C.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"

run_both() {
    rm -rf off on && mkdir off on
    (cd off && "$@") >off.out 2>off.err || echo "rc $?" >>off.out
    (cd on && H5PAVE_STATS=stats.json RUN "$@") >on.out 2>on.err || echo "rc $?" >>on.out
}

# The call that opens files has a second place for connectors other than the default one, so the line
# in libhdf5's own source differs there. Nothing else may.
without_lines() { sed 's/\(H5VLcallback.c\) line [0-9]*/\1/; s/thread [0-9]*/thread/' "$1"; }

# Memory addresses and times differ from run to run, the sizes of files between chunk indexes.
without_numbers() { sed 's/0x[0-9a-f]*/ADDRESS/; s/time = .*//; s/stored_eof = [0-9]*/stored_eof/' "$1"; }

for flavour in $H5_FLAVOURS; do
    label=${flavour%%=*}
    compile_c "$flavour" failing_calls "$H5PAVE_SOURCE/tests/shell/failing_calls.c"
    run_both "$scratch/failing_calls"
    check "$label printed errors" "$(diff <(without_lines off.err) <(without_lines on.err))" ''
    check "$label calls seen" "$(grep -c '^=== failed' on.err) failed" "$(grep -c '^=== failed' off.err) failed"
    check "$label that is many" "$(($(grep -c '^=== failed' on.err) >= 25))" 1
    check "$label output" "$(diff off.out on.out)" ''
    check "$label connector was active" "$(idx on/a.h5 set)" 'Extensible Array'
done

# Symptom: in a C program that names H5P_DATASET_XFER_DEFAULT, h5pave's own questions used an invalid
# transfer list, and a failing call printed errors that stock HDF5 does not.
for flavour in $H5_FLAVOURS; do
    label=${flavour%%=*}
    compile_c "$flavour" names_default_lists "$H5PAVE_SOURCE/tests/shell/names_default_lists.c"
    run_both "$scratch/names_default_lists" lists.h5
    check "$label program with its own copies of libhdf5's variables" "$(diff off.out on.out)" ''
    check "$label its errors seen" "$(grep -c '^H5Dset_extent$' on.out)" 1
done

[ -n "$PY_H5PY_LIST" ] || echo 'no Python with h5py here: C program only'
for entry in $PY_H5PY_LIST; do
    label=${entry%%=*}
    run_both "${entry#*=}" "$H5PAVE_SOURCE/tests/shell/failing_calls.py"
    check "$label exceptions" "$(diff <(without_numbers off.out) <(without_numbers on.out))" ''
    check "$label stderr" "$(diff off.err on.err)" ''
    check "$label exceptions seen" "$(($(grep -c 'Error' on.out) >= 30))" 1
    check "$label errno of a missing file" "$(sed -n 's/^r missing | \(.*\) | .*/\1/p' on.out)" 'FileNotFoundError 2'
    check "$label errno of an existing file" "$(sed -n 's/^x over existing | \(.*\) | .*/\1/p' on.out)" 'FileExistsError 17'
    check "$label connector was active" "$(idx on/a.h5 x)" 'Extensible Array'
done
finish
