#!/usr/bin/env bash
# Full disks, killed writers and damaged files: what is told, what is kept, and never worse than stock.
# Arguments: number of kills, of damaged copies.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/failure_programs.py
export PYTHONDONTWRITEBYTECODE=1
kills=${1:-25} copies=${2:-150}

# small_disk COMMAND…: in a folder of its own file system of 4 MB, where the kernel lets users mount one.
small_disk() {
    mkdir -p disk
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --map-root-user sh -c 'mount -t tmpfs -o size=4m none disk && cd disk && "$@"' sh "$@"
}
has_small_disk=''
if small_disk true 2>/dev/null; then has_small_disk=yes; else echo "left out: no user may mount a tmpfs here"; fi

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    H5PAVE_STATS=$scratch/full.json RUN "$python" "$program" full full.h5 >full.txt 2>full.err || true
    check "$label: file size limit in mid-write" "$(paste -sd' ' full.txt)" \
        'failed in mid-write: True error is told: True read back before closing: True'
    check "$label: ... nothing is lost, as stock reads it" "$("$python" "$program" verify full.h5 8000)" True
    check_ok "$label: ... through h5pave's chunk writer" [ "$(jq .write.chunks_in_parallel full.json)" -ge 480 ]
    for rows in 64 16; do
        RUN "$python" "$program" full_at_close close.h5 $rows >close.txt 2>&1 || true
        check "$label: file size limit at the flush of $rows rows" "$(paste -sd' ' close.txt)" \
            'told: True kept for the next flush: True'
        check "$label: ... nothing is lost, as stock reads it" "$("$python" "$program" verify close.h5 10)" True
    done

    if [ -n "$has_small_disk" ]; then
        for step in 1 16; do
            RUN small_disk "$python" "$program" full_disk full.h5 $step >disk.txt 2>disk.err || true
            check "$label: a full disk in mid-write, $step rows per call, then room again" "$(paste -sd' ' disk.txt)" \
                'failed in mid-write: True error is told: True read back before closing: True nothing is lost: True'
        done
    fi

    rm -f killed.h5*
    RUN "$python" "$program" kill killed.h5 "$kills" >killed.txt
    good=0 number=0
    while read -r _ rows; do
        [ "$("$python" "$program" verify "killed.h5.$number" "$rows" 2>&1)" = True ] && good=$((good + 1))
        number=$((number + 1))
    done <killed.txt
    check "$label: $(awk '{s += $2} END {print s}' killed.txt) rows flushed before kill -9, all there in" "$good" "$kills"

    "$python" "$program" sample sample.h5
    "$python" "$program" damaged sample.h5 "$copies" >damaged-off.txt 2>/dev/null
    RUN "$python" "$program" damaged sample.h5 "$copies" >damaged-on.txt 2>/dev/null
    # Where stock HDF5 crashes there is nothing to compare with.
    crashed=$(sed -n 's/^\([0-9]*\) ended.*/\1/p' damaged-off.txt | paste -sd'|')
    grep -vE "^(${crashed:-none}) " damaged-off.txt >expected.txt
    grep -vE "^(${crashed:-none}) " damaged-on.txt >actual.txt
    check_ok "$label: $copies damaged files ($(grep -c Error expected.txt) objects with errors, stock crashed on \
$(grep -c ended damaged-off.txt || true)): as stock, object by object" diff expected.txt actual.txt
done
finish
