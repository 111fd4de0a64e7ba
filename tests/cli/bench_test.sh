#!/usr/bin/env bash
# h5pave bench: made-up data, data of a file, what it refuses, and that it leaves nothing behind.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"
mkdir temporary
export TMPDIR=$scratch/temporary
nothing_left() { check "$1: no temporary file is left" "$(ls temporary)" ''; }

# column NUMBER ACTION: of the table in out.txt.
column() { awk -F'\t' -v want="$2" -v number="$1" '$2 == want {print $number}' out.txt; }

# --- made-up data ---------------------------------------------------------------------------------
check_rc "without a file" 0 "$h5pave" bench --rounds 1
check "nothing on stderr" "$(cat err.txt)" ''
check "rows" "$(grep -cv '^#' out.txt)" 7
check "all values are equal" "$(awk -F'\t' '!/^#/ {print $12}' out.txt | sort -u)" equal
check "columns" "$(grep '^#data' out.txt | tr '\t' ' ')" \
    "#data action stock_s h5pave_s faster stock_cpu_s h5pave_cpu_s cpu_less stock_MB h5pave_MB size values"
check_has "the machine" out.txt '^# h5pave .*, HDF5 [0-9.]+; .* cores, load '
nothing_left "made-up data"

# --- what the machine costs, for plan -------------------------------------------------------------
check_rc "--calibrate" 0 "$h5pave" bench --calibrate --output machine.json
check "--calibrate: nothing is told beside the file" "$(cat out.txt err.txt)" ''
nothing_left "--calibrate"
check "every constant is a positive number" "$(jq '[.request_seconds, .bytes_per_second, .decode_bytes_per_second,
    .encode_bytes_per_second, .small_decode_bytes_per_second, .small_encode_bytes_per_second, .large_decode_bytes_per_second, .large_encode_bytes_per_second, .copy_bytes_per_second, .chunk_seconds, .run_seconds] | map(type == "number" and . > 0) | all' machine.json)" true
check "decoding is faster than encoding, copying than decoding" "$(jq '.encode_bytes_per_second < .decode_bytes_per_second and
    .decode_bytes_per_second < .copy_bytes_per_second' machine.json)" true
check "large chunks are coded no faster than small ones" "$(jq '.large_encode_bytes_per_second <= .encode_bytes_per_second * 1.000001 and
    .encode_bytes_per_second <= .small_encode_bytes_per_second * 1.000001 and
    .large_decode_bytes_per_second <= .decode_bytes_per_second * 1.000001' machine.json)" true
check "it says how the storage was read" "$(jq -r '.about["storage read"]' machine.json | grep -c 'the page cache')" 1
check_rc "--calibrate on standard output" 0 "$h5pave" bench --calibrate
check "the same document" "$(jq -c 'keys' out.txt)" "$(jq -c 'keys' machine.json)"
plan=(plan --shape 98128,277,349 --type f4 --access map+series --json)
check_rc "plan with the file" 0 "$h5pave" "${plan[@]}" --storage machine.json
check "plan says so" "$(jq -r .storage out.txt)" measured
jq '.encode_bytes_per_second = 104e6 | .small_encode_bytes_per_second = 140e6 |
    .large_encode_bytes_per_second = 92e6 |
    .small_decode_bytes_per_second = .decode_bytes_per_second * 200 / 320' machine.json >new.json
jq 'del(.small_decode_bytes_per_second, .small_encode_bytes_per_second, .large_encode_bytes_per_second)' new.json >old.json
for file in new old; do
    check_rc "plan with $file constants" 0 "$h5pave" plan --shape 4096,4096 --type f4 --compressed --target 8M \
        --access '*,*@aligned@write;1,*' --json --storage $file.json
    jq '.datasets[0].shapes' out.txt >$file.txt
done
check "a file without the rates of small and large chunks: they are to the others as in the preset" "$(cmp new.txt old.txt && echo same)" same
# A request a thousand times dearer, then as an object store's.
jq '.request_seconds = 10' machine.json >slow.json
check_rc "plan with slow storage" 0 "$h5pave" "${plan[@]}" --storage slow.json
check "dear requests: chunks of 8 to 16 MiB" "$(jq '[.datasets[0].shapes[] | select(.name == "best").chunk_bytes] |
    .[0] >= 8388608 and .[0] <= 16777216' out.txt)" true
while IFS='|' read -r change message; do
    jq "$change" machine.json >bad.json
    check_rc "plan with a file that was changed: $change" 2 "$h5pave" "${plan[@]}" --storage bad.json
    check_has "it says what is wrong" err.txt "$message"
done <<'END'
del(.run_seconds)|bad.json: run_seconds is missing
.bytes_per_second = "fast"|bad.json: bytes_per_second is missing
.request_seconds = -1|bad.json: request_seconds is no sensible number
.format = "other"|bad.json is not a file that h5pave bench --calibrate wrote
[.]|bad.json is not a file that h5pave bench --calibrate wrote
END
printf 'no JSON {' >bad.json
check_rc "plan with another file" 2 "$h5pave" "${plan[@]}" --storage bad.json
check_rc "an output that cannot be written" 1 "$h5pave" bench --calibrate --output no/such/folder/m.json
check_has "names it" err.txt 'cannot write no/such/folder/m.json'
check_rc "--calibrate with a file" 2 "$h5pave" bench --calibrate data.h5
check_rc "--output without --calibrate" 2 "$h5pave" bench --output machine.json

# --- the command line -----------------------------------------------------------------------------
check_rc "no round" 2 "$h5pave" bench --rounds 0
check_has "legal values" err.txt "bad value '0' for --rounds; legal values: 1 to"
check_rc "rounds in words" 2 "$h5pave" bench --rounds three
check_rc "bad option of the connector" 2 "$h5pave" bench --deflate quick
check_rc "too many operands" 2 "$h5pave" bench a.h5 b c
check_rc "no such file" 1 "$h5pave" bench nothing.h5
check "one clear line" "$(cat err.txt)" "h5pave: cannot read nothing.h5: No such file or directory"
echo text >text.txt
check_rc "not HDF5" 1 "$h5pave" bench text.txt
check "one clear line" "$(cat err.txt)" "h5pave: text.txt is not an HDF5 file"
check_rc "no folder for temporary files" 1 env TMPDIR=/no/such/folder "$h5pave" bench --rounds 1
check_has "said" err.txt '^h5pave: no folder for temporary files'
nothing_left "refused"

# --- the steps notice what must not be ------------------------------------------------------------
for name in smooth decimal; do
    check_rc "sample $name" 0 "$h5pave" bench-step synthetic "$name" "$name.sample.h5"
    check_rc "write $name" 0 "$h5pave" bench-step write "$name.sample.h5" "$name.h5" native
done
check_rc "compare other values" 0 "$h5pave" bench-step compare smooth.h5 decimal.h5
check_has "they differ" out.txt $'^values\tDIFFER$'
check_rc "read" 0 "$h5pave" bench-step read smooth.h5 native values.bin
check_rc "check other values" 0 "$h5pave" bench-step check decimal.h5 values.bin
check_has "they differ" out.txt $'^values\tDIFFER$'
check_rc "check the same values" 0 "$h5pave" bench-step check smooth.h5 values.bin
check_has "they are equal" out.txt $'^values\tequal$'
check_rc "without the connector" 1 "$h5pave" bench-step write smooth.sample.h5 x.h5 h5pave
check_has "noticed" out.txt $'^error\tthe active connector is native, not h5pave'
rm -f ./*.h5 values.bin

# --- interruption ---------------------------------------------------------------------------------
"$h5pave" bench --rounds 20 >/dev/null 2>&1 &
child=$!
for ((i = 0; i < 200; i++)); do [ -n "$(ls temporary)" ] && break; sleep 0.05; done
check "there is a temporary folder meanwhile" "$(find temporary -mindepth 1 -maxdepth 1 | wc -l)" 1
kill -TERM "$child"
rc=0
wait "$child" || rc=$?
check "ended by the signal" "$rc" 143
nothing_left "interrupted"

# --- a plugin that does not load ------------------------------------------------------------------
install_into "$scratch/prefix"
echo 'not a library' >prefix/lib/h5pave/plugin/libh5pave.so
check_rc "broken plugin" 1 prefix/bin/h5pave bench --rounds 1
check_has "said" err.txt 'h5pave doctor finds out why'
nothing_left "broken plugin"

# --- data of a file -------------------------------------------------------------------------------
need_python
"$python" - <<'PYTHON'
import h5py
import numpy as np

rng = np.random.default_rng(1)
file = h5py.File('data.h5', 'w')
packed = dict(compression='gzip', shuffle=True)
file['contiguous'] = np.arange(1000)
file.create_dataset('unfiltered', data=np.arange(1000), chunks=(100,))
file.create_dataset('text', data=['a'] * 100, chunks=(10,), compression='gzip', dtype=h5py.string_dtype())
file.create_dataset('unwritten', (100,), chunks=(10,), compression='gzip')
file.create_dataset('no_values', (0,), maxshape=(None,), chunks=(10,), compression='gzip')
group = file.create_group('group')
group.create_dataset('small', data=np.arange(100000, dtype='>i2').reshape(100, 1000), chunks=(7, 300), fletcher32=True, **packed)
group.create_dataset('large', (3000, 100, 100), 'f4', maxshape=(None, 100, 100), chunks=(100, 100, 100), **packed)
group['large'][700:2300] = np.cumsum(rng.random((1600, 100, 100), 'f4'), 0)
group.create_dataset('lossy', data=rng.random((200, 100)).astype('f4'), chunks=(100, 100), scaleoffset=3)
group.create_dataset('fields', data=np.zeros(50000, [('a', 'i1'), ('b', 'f8')]), chunks=(1000,), compression='gzip')
group.create_dataset('type', data=np.zeros((50, 50), 'i4'), dtype=file.create_dataset('unused', (1,), 'i4').dtype, chunks=(20, 20), **packed)
del file['unused']
zstd = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
zstd.set_chunk((4,))
zstd.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
h5py.h5d.create(group.id, b'zstd', h5py.h5t.STD_I32LE, h5py.h5s.create_simple((8,)), zstd).write_direct_chunk((0,), b'no')
file.create_group('nothing')
PYTHON
before=$(sha256sum data.h5)
check_rc "a file" 0 "$h5pave" bench --rounds 1 data.h5
check_has "the largest dataset, its middle" out.txt \
    '/group/large: float32, 3000 x 100 x 100, chunks 100 x 100 x 100 \(3\.8 MiB\), .*; the sample: 1600 x 100 x 100, 61\.0 MiB'
check "write: equal" "$(column 12 write)" equal
check "read: equal" "$(column 12 read)" equal
check "h5pave was used: the sizes differ" "$([ "$(column 9 write)" != "$(column 10 write)" ] && echo yes)" yes
check_rc "a group" 0 "$h5pave" bench --rounds 1 data.h5 group
check_has "its largest" out.txt '^/group/large'
for name in small fields type; do
    check_rc "dataset $name" 0 "$h5pave" bench --rounds 1 data.h5 "/group/$name"
    check "$name: equal" "$(column 12 write) $(column 12 read)" "equal equal"
done
check_rc "a filter that h5pave does not do" 0 "$h5pave" bench --rounds 1 data.h5 group/lossy
check_has "said" out.txt '^# note: h5pave leaves chunks with the filter scaleoffset to HDF5'
check "lossy: equal" "$(column 12 write) $(column 12 read)" "equal equal"
check_rc "JSON" 0 "$h5pave" bench --rounds 2 --json --threads 1 data.h5 group/small
check "is JSON with the values" "$("$python" -c '
import json
report = json.load(open("out.txt"))
rows = report["results"]
print(report["rounds"], [row["action"] for row in rows], all(row["values_equal"] for row in rows),
      rows[0]["stock"]["stored_bytes"] > 0, rows[0]["stock"]["wall_s"] > 0, rows[1]["size_ratio"])')" \
    "2 ['write', 'read'] True True True None"
while IFS='|' read -r name reason; do
    check_rc "$name" 1 "$h5pave" bench data.h5 "$name"
    check_has "$name: why" err.txt "^h5pave: data.h5: /$name: .*$reason"
done <<'TABLE'
nowhere|there is no such dataset or group
contiguous|its layout is contiguous: it has no chunks
unfiltered|its chunks have no filters
text|variable length
unwritten|no chunk of it was ever written
no_values|it has no values
group/zstd|needs the filter zstd level 3, which is not available
TABLE
check_rc "an empty group" 1 "$h5pave" bench data.h5 nothing
check_has "said" err.txt '^h5pave: data.h5: nothing: there are no datasets'
check "the file is as it was" "$(sha256sum data.h5)" "$before"
nothing_left "data of a file"
finish
