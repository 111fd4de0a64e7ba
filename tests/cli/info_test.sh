#!/usr/bin/env bash
# h5pave info: what it tells about each kind of dataset.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"

# --- what is not an HDF5 file ---------------------------------------------------------------------
echo text >text.txt
check_rc "no such file" 1 "$h5pave" info nothing.h5
check_has "one clear line" err.txt "^h5pave: cannot read nothing.h5: No such file"
check_rc "not HDF5" 1 "$h5pave" info text.txt
check "one clear line" "$(cat err.txt)" "h5pave: text.txt is not an HDF5 file"
: >empty.h5
check_rc "empty file" 1 "$h5pave" info empty.h5
check_rc "folder" 1 "$h5pave" info .
check_rc "no file named" 2 "$h5pave" info

need_python
"$python" "$here/sample_file.py" sample.h5
"$h5pave" info sample.h5 >table.tsv
rc=$?
check "exit status" "$rc" 0

# column NUMBER DATASET
column() { awk -F'\t' -v want="$2" -v number="$1" '$1 == want {print $number}' table.tsv; }
check "header" "$(head -n 1 table.tsv | tr '\t' ' ')" \
    "#dataset type shape maxshape layout chunk chunk_bytes index filters chunks stored raw ratio index_bytes"

# --- chunk index as stock h5debug names it ---------------------------------------------------------
for name in single implicit fixed extensible btree2; do
    check "index of $name" "$(column 8 "/index/$name")" "$(idx sample.h5 "index/$name")"
done
"$python" -c "import h5py; h5py.File('old.h5', 'w').create_dataset('x', (30, 10), chunks=(5, 5))"
check "index of an old file" "$("$h5pave" info old.h5 | awk -F'\t' 'NR == 2 {print $8}')" "$(idx old.h5 x)"

# --- type, shape, layout ---------------------------------------------------------------------------
while IFS='|' read -r dataset number expected; do
    check "$dataset column $number" "$(column "$number" "$dataset")" "$expected"
done <<'TABLE'
/types/float16|2|float16
/types/int16be|2|int16 BE
/types/uint64|2|uint64
/types/fixed_string|2|string[7]
/types/string|2|string UTF-8
/types/bool|2|bool
/types/enum|2|enum int8{GREEN=-5, RED=3}
/types/compound|2|compound{a: int32, b: float64[3], c: string[5]}
/types/vlen|2|vlen{int32}
/types/vlen|7|16
/types/reference|2|object reference
/types/region|2|region reference
/types/opaque|2|opaque[3]
/types/committed|2|float64 (committed)
/space/scalar|3|scalar
/space/scalar|4|-
/space/null|3|null
/space/empty|3|0
/layout/compact|5|compact
/layout/contiguous|5|contiguous
/layout/virtual|5|virtual
/layout/external|5|external
/index/extensible|3|30,10
/index/extensible|4|30,inf
/index/extensible|5|chunked
/index/extensible|6|3,2
/index/extensible|7|24
/index/extensible|10|50/50
/index/extensible|11|1200
/index/extensible|12|1200
/index/extensible|13|1.00
/filters/all|9|shuffle (4-byte elements), deflate level 4, fletcher32
/filters/scaleoffset|9|scaleoffset (integer, 4 bits)
/filters/zstd|9|zstd level 3 [filter 32015 not available]
/sparse|10|2/100
TABLE
check "hard links and cycles: each dataset once" "$(grep -c '/index/fixed\b' table.tsv)" 1
check "soft and external links are not followed" "$(grep -c '^/links/' table.tsv)" 0
check "a soft link that is named is followed" "$("$h5pave" info sample.h5 links/soft | awk -F'\t' 'NR == 2 {print $8}')" "Fixed Array"
check "a group that is named" "$("$h5pave" info sample.h5 index | grep -c ^/index)" 5
check_rc "a dataset that does not exist" 1 "$h5pave" info sample.h5 nothing
check_has "is named" err.txt "sample.h5: /nothing: cannot"

# --- JSON, terminal, active connector ---------------------------------------------------------------
"$h5pave" info --json --chunks sample.h5 >sample.json
check_ok "JSON has the same" "$python" "$here/check_json.py" sample.json
HDF5_VOL_CONNECTOR=h5pave HDF5_PLUGIN_PATH=$H5PAVE_BUILT_PLUGIN_DIR "$h5pave" info sample.h5 >with.tsv
check_ok "inspection is by stock HDF5 also inside h5pave run" cmp table.tsv with.tsv
if command -v script >/dev/null; then
    script -qec "'$h5pave' info sample.h5 index" /dev/null | tr -d '\r' >terminal.txt
    check_has "aligned on a terminal" terminal.txt '^dataset  +type  +shape'
else echo "skipped: no script(1) to make a terminal"; fi
check_rc "output that cannot be written" 1 sh -c "'$h5pave' info sample.h5 >/dev/full"

# --- a file that is being written --------------------------------------------------------------------
cat >hold.py <<'PY'
import h5py, os, sys
file = h5py.File('held.h5', 'w')
file['x'] = 1
file.flush()
os.environ.pop('HDF5_USE_FILE_LOCKING', None)
print('held', flush=True)
sys.stdin.read()
PY
mkfifo to from
env -u HDF5_USE_FILE_LOCKING "$python" hold.py <to >from & holder=$!
exec 8>to 9<from
read -r _ <&9
check_rc "locked by a writer" 1 "$h5pave" info held.h5
check_has "names the way out" err.txt "HDF5_USE_FILE_LOCKING=FALSE"
exec 8>&-
wait "$holder"
finish
