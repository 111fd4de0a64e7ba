#!/usr/bin/env bash
# h5pave info on damaged files: an error per object and the rest still listed; --verify names every bad
# chunk with dataset and coordinate.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"
need_python

"$python" - <<'PY'
import h5py, numpy as np
with h5py.File('good.h5', 'w', libver=('v110', 'v110')) as file:
    values = np.arange(1200, dtype='i4').reshape(30, 40)
    file.create_dataset('a', data=values, chunks=(10, 10), compression='gzip')
    file.create_dataset('b', data=values, chunks=(10, 10), maxshape=(30, None), fletcher32=True)
    file.create_dataset('c', data=values, chunks=(10, 10), maxshape=(None, None))
    file['d'] = values
    file.create_dataset('g/e', data=values, chunks=(10, 10))
    file.create_dataset('strings', data=['x' * n for n in range(20)], chunks=(7,), dtype=h5py.string_dtype())
PY
# chunk DATASET OFFSET COLUMN: address (3) or stored bytes (4).
chunk() { "$h5pave" info --chunks good.h5 "$1" | awk -F'\t' -v offset="$2" -v column="$3" '$2 == offset {print $column}'; }
# damage FILE ADDRESS BYTES: inverts them in a copy of good.h5.
damage() {
    cp good.h5 "$1"
    "$python" - "$@" <<'PY'
import sys
name, address, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(name, 'r+b') as file:
    file.seek(address)
    data = file.read(count)
    file.seek(address)
    file.write(bytes(byte ^ 0xff for byte in data))
PY
}

check_rc "an undamaged file" 0 "$h5pave" info --verify good.h5
check "sum line" "$(cat out.txt)" "$(printf 'ok\tgood.h5: 6 datasets, 51 chunks, 0 problems, 0 chunks not checked')"

# --- chunks that do not decode ----------------------------------------------------------------------
damage deflate.h5 "$(($(chunk /a 10,20 3) + 5))" 20
check_rc "damaged deflate stream" 1 "$h5pave" info --verify deflate.h5
check_has "dataset and coordinate are named" out.txt '^bad	/a chunk 10,20: cannot be decoded'
check "only this one" "$(grep -c '^bad' out.txt)" 2
check_has "sum line" out.txt '^bad	deflate.h5: 6 datasets, 51 chunks, 1 problems'
check_rc "without --verify it is not noticed" 0 "$h5pave" info deflate.h5
check_rc "other datasets are fine" 0 "$h5pave" info --verify deflate.h5 b c g
"$h5pave" info --verify --json deflate.h5 >damage.json || true
check_ok "JSON names it" "$python" -c \
    "import json; p = json.load(open('damage.json'))['verify']['problems']; assert len(p) == 1 and '/a chunk 10,20' in p[0]"

damage fletcher.h5 "$(($(chunk /b 20,30 3) + 100))" 1
check_rc "one bit against the checksum" 1 "$h5pave" info --verify fletcher.h5
check_has "its real coordinate, of an Extensible Array along dimension 1" out.txt '^bad	/b chunk 20,30: cannot be decoded'

# --- addresses --------------------------------------------------------------------------------------
# An address of the v2 B-tree's leaf is replaced, with the checksum made right again.
"$python" "$here/move_chunk.py" good.h5 overlap.h5 "$(chunk /c 0,10 3)" "$(chunk /c 20,30 3)"
check_rc "two chunks in one place" 1 "$h5pave" info --verify overlap.h5
check_has "both are named" out.txt '/c chunk (0,10|20,30) .*overlaps /c chunk (0,10|20,30) '
"$python" "$here/move_chunk.py" good.h5 across.h5 "$(chunk /c 0,10 3)" "$(chunk /g/e 10,10 3)"
check_rc "chunks of two datasets in one place" 1 "$h5pave" info --verify across.h5
check_has "both are named" out.txt '/(c|g/e) chunk [0-9,]+ .*overlaps /(c|g/e) chunk [0-9,]+ '
"$python" "$here/move_chunk.py" good.h5 beyond.h5 "$(chunk /c 0,10 3)" 100000000
check_rc "a chunk beyond the end" 1 "$h5pave" info --verify beyond.h5
check_has "it is named" out.txt '^bad	/c chunk 0,10: bytes 100000000 to 100000400 lie beyond the end of the file'

# --- damaged metadata -------------------------------------------------------------------------------
signature() { grep -abo "$1" good.h5 | sed -n "${2}s/:.*//p"; }
damage btree.h5 "$(($(signature BTHD 1) + 6))" 4
check_rc "damaged v2 B-tree header" 1 "$h5pave" info btree.h5
check_has "the dataset is named" err.txt 'btree.h5: /c: cannot list all chunks'
check "all datasets are still listed" "$(grep -c '^/' out.txt)" 6
damage leaf.h5 "$(($(signature EADB 1) + 20))" 4
check_rc "damaged data block of an Extensible Array" 1 "$h5pave" info leaf.h5
check_has "the dataset is named" err.txt 'leaf.h5: /b: cannot list all chunks'
check "all datasets are still listed" "$(grep -c '^/' out.txt)" 6
for number in 2 3 4 5; do
    damage "header$number.h5" "$(($(signature OHDR "$number") + 30))" 3
    check_rc "damaged object header $number" 1 "$h5pave" info "header$number.h5"
    check "one error line" "$(grep -c '^h5pave: ' err.txt)" 1
    checks=$((checks + 1))
    [ "$(grep -c '^/' out.txt)" -ge 5 ] || { failures=$((failures + 1)); echo "FAIL the rest of header$number.h5 is not listed"; cat out.txt; }
done
head -c $(($(stat -c %s good.h5) - 300)) good.h5 >cut.h5
check_rc "a file that was cut off" 1 "$h5pave" info cut.h5
check_has "it says so" err.txt 'truncated file'
check "what can be read is listed" "$(grep -c '^/' out.txt)" 6
check_rc "and verified" 1 "$h5pave" info --verify cut.h5
head -c 20 good.h5 >head.h5
check_rc "nothing but the signature" 1 "$h5pave" info head.h5
check "one line" "$(wc -l <err.txt)" 1

# --- a filter that is not here is not damage ----------------------------------------------------------
"$python" "$here/sample_file.py" sample.h5
check_rc "missing filter" 3 "$h5pave" info --verify sample.h5
check_has "number and name" out.txt '^unchecked	/filters/zstd: .*filter 32015 \(zstd\) not available'
check_has "where it was looked for" out.txt 'HDF5_PLUGIN_PATH'
check_has "sum line" out.txt '^unchecked	sample.h5: .* 0 problems, 1 chunks not checked'

# --- random damage: it ends by itself, with a status of its own -----------------------------------------
check_ok "200 files with random damage" "$python" "$here/random_damage.py" "$h5pave" good.h5 200
tail -n 1 out.txt
finish
