#!/usr/bin/env bash
# Chunk shapes (options chunk, chunk_target, access) as a user sees them: an unmodified h5py program
# run with the connector, the result looked at with stock HDF5 1.14 tools; once per h5py at hand.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons

one_dataset="import h5py,sys
h5py.File(sys.argv[1],'w').create_dataset('x',dtype='f4',**eval('dict('+sys.argv[2]+')'))"

# mk FILE ARGUMENTS: a program that creates one dataset, with the connector; mk_off without.
mk() { RUN "$python" -c "$one_dataset" "$1" "$2"; }
mk_off() { "$python" -c "$one_dataset" "$1" "$2"; }

# chunks FILE [DATASET]: "157 313", or nothing for a dataset without chunks.
chunks() { stock h5ls -v "$1/${2:-x}" | sed -n 's/ *Chunks: *{\(.*\)} .*/\1/p' | tr -d ,; }
chunk_bytes() { stock h5ls -v "$1/${2:-x}" | sed -n 's/ *Chunks: *{.*} \([0-9]*\) bytes/\1/p'; }
layout() { stock h5dump -pH -d "/${2:-x}" "$1" | sed -n 's/ *\(CONTIGUOUS\|COMPACT\|CHUNKED\).*/\1/p'; }

# within TEXT NUMBER LEAST MOST
within() { check "$1: $2 within $3 to $4" "$(($2 >= $3 && $2 <= $4))" 1; }

row_9_automatic() {
    mk a.h5 'shape=(20000,20000)'
    check "$label row 9 keep is the default" "$(layout a.h5)" CONTIGUOUS
    H5PAVE_CHUNK=auto mk a.h5 'shape=(20000,20000)'
    within "$label row 9 bytes of a chunk of a large contiguous dataset" "$(chunk_bytes a.h5)" 262144 8388608
    mk_off a.h5 'shape=(20000,20000),chunks=True'
    check "$label row 9 off: h5py's guess" "$(chunks a.h5)" '157 313'
    H5PAVE_CHUNK=auto H5PAVE_ACCESS=column mk a.h5 'shape=(20000,20000),chunks=True'
    within "$label row 9 bytes of a chunk instead of h5py's guess" "$(chunk_bytes a.h5)" 16384 8388608
    check "$label row 9 the chunk is as long as a column" "$(chunks a.h5 | cut -d' ' -f1)" 20000
    H5PAVE_CHUNK=auto H5PAVE_ACCESS=row mk a.h5 'shape=(20000,20000)'
    check "$label row 9 rows of contiguous storage are best left" "$(layout a.h5)" CONTIGUOUS
}

row_10_target() {
    local target bytes
    for target in 64K 512K 4M 32M; do
        bytes=$((${target%[KM]} * ($([ "${target: -1}" = K ] && echo 1024 || echo 1048576))))
        H5PAVE_CHUNK=auto H5PAVE_CHUNK_TARGET=$target mk a.h5 'shape=(20000,20000)'
        within "$label row 10 target $target" "$(chunk_bytes a.h5)" $((bytes / 2)) $((bytes * 2))
    done
    H5PAVE_CHUNK=auto H5PAVE_CHUNK_TARGET=2K mk a.h5 'shape=(30,10)' 2>err
    check "$label row 10 bad target: one line that names the legal ones" \
        "$(wc -l <err) $(grep -c "^h5pave: bad value '2K' for chunk_target.*4K to 1G" err)" '1 1'
}

row_11_explicit() {
    local policy
    for policy in keep auto; do
        H5PAVE_CHUNK=$policy mk a.h5 'shape=(20000,20000),chunks=(50,50)'
        check "$label row 11 explicit chunks, $policy" "$(chunks a.h5)" '50 50'
    done
    H5PAVE_CHUNK=override mk a.h5 'shape=(20000,20000),chunks=(50,50)'
    within "$label row 11 explicit chunks, override" "$(chunk_bytes a.h5)" 262144 8388608
    H5PAVE_CHUNK=override mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 11 small datasets stay" "$(chunks a.h5)" '5 5'
}

row_13_header_is_the_same() {
    local arguments
    rm -rf off on && mkdir off on
    for arguments in 'shape=(20000,20000)' 'shape=(3000,2000),maxshape=(None,2000)' 'shape=(0,512,512),maxshape=(None,512,512)' \
        'shape=(3000,2000),chunks=(7,8),maxshape=(4000,None),fillvalue=7,compression="gzip",shuffle=True'; do
        (cd off && mk_off a.h5 "$arguments")
        (cd on && H5PAVE_CHUNK=override mk a.h5 "$arguments")
        check "$label row 13 h5dump -H the same: $arguments" \
            "$(diff <(cd off && stock h5dump -H a.h5) <(cd on && stock h5dump -H a.h5))" ''
        check "$label row 13 the shape did change: $arguments" \
            "$([ "$(chunks off/a.h5)" != "$(chunks on/a.h5)" ] && echo yes)" yes
    done
}

row_27_image_stack() {
    H5PAVE_CHUNK=auto mk a.h5 'shape=(0,512,512),maxshape=(None,512,512)'
    within "$label row 27 images per chunk" "$(chunks a.h5 | cut -d' ' -f1)" 1 4
    check "$label row 27 whole images" "$(chunks a.h5 | cut -d' ' -f2-)" '512 512'
    check "$label row 27 index" "$(idx a.h5 x)" 'Extensible Array'
}

rows_28_and_85_access() {
    local access
    : >shapes
    for access in row column block; do
        H5PAVE_CHUNK=override H5PAVE_ACCESS=$access mk a.h5 'shape=(20000,20000),chunks=(100,100)'
        echo "$access $(chunks a.h5)" >>shapes
    done
    check "$label row 28 rows are long, columns high, blocks square" "$(awk '
        $1=="row" && $3 > 20*$2 || $1=="column" && $2 > 20*$3 || $1=="block" && $2 < 2*$3 && $3 < 2*$2' shapes | wc -l)" 3
    : >shapes
    for access in sequence batch:32 map+series; do
        H5PAVE_CHUNK=override H5PAVE_ACCESS=$access mk a.h5 'shape=(20000,100,300),chunks=(10,10,10)'
        chunks a.h5 >>shapes
    done
    check "$label row 85 three presets, three shapes" "$(sort -u shapes | wc -l)" 3
    check "$label row 66 batch: a sample per chunk" "$(sed -n 2p shapes | awk '{print ($1 <= 2) " " $2 " " $3}')" '1 100 300'
    H5PAVE_CHUNK=override H5PAVE_ACCESS='0.9:1,*,*;0.1:*,1,1' mk a.h5 'shape=(20000,100,300),chunks=(10,10,10)'
    check "$label row 28 explicit boxes" "$([ -n "$(chunks a.h5)" ] && [ "$(chunks a.h5)" != '10 10 10' ] && echo yes)" yes
    H5PAVE_CHUNK=auto H5PAVE_ACCESS=diagonal mk a.h5 'shape=(30,10)' 2>err
    : >shapes
    for access in row,col block,block seq,sequence col,column; do
        H5PAVE_CHUNK=override H5PAVE_ACCESS=${access%,*} mk a.h5 'shape=(20000,2000),chunks=(100,100)'
        chunks a.h5 >>shapes
        H5PAVE_CHUNK=override H5PAVE_ACCESS=${access#*,} mk a.h5 'shape=(20000,2000),chunks=(100,100)'
        chunks a.h5 >>shapes
    done
    check "$label row 28 row, col, block, seq: four shapes, the short words as the long ones" \
        "$(sort -u shapes | wc -l) $(sed -n '5,8p' shapes | uniq | wc -l)" '4 2'
    check "$label row 28 bad access: one line that names the legal ones" \
        "$(wc -l <err) $(grep -c "^h5pave: bad value 'diagonal' for access.*row, column, block" err)" '1 1'
}

rules_by_path() {
    H5PAVE_CHUNK='/raw/*=keep,/grid*=override,auto' RUN "$python" -c "
import h5py
with h5py.File('rules.h5', 'w') as f:
    for name in ('raw/x', 'grid/x', 'other'):
        f.create_dataset(name, (5000, 5000), 'f4', chunks=(11, 13))
    f.create_dataset('guessed', (5000, 5000), 'f4', chunks=True, maxshape=(None, 5000))"
    check "$label rules: keep" "$(chunks rules.h5 raw/x)" '11 13'
    check "$label rules: override" "$([ "$(chunks rules.h5 grid/x)" != '11 13' ] && echo changed)" changed
    check "$label rules: a person's shape under auto" "$(chunks rules.h5 other)" '11 13'
    mk_off a.h5 'shape=(5000,5000),chunks=True,maxshape=(None,5000)'
    check "$label rules: a guess under auto" "$([ "$(chunks rules.h5 guessed)" != "$(chunks a.h5)" ] && echo changed)" changed
}

what_must_stay() {
    H5PAVE_CHUNK=override RUN "$python" -c "
import h5py, numpy as np
with h5py.File('stay.h5', 'w') as f:
    f.create_dataset('small', (100, 100), 'f4')
    f.create_dataset('scalar', (), 'f8')
    f.create_dataset('null', dtype='f8', data=h5py.Empty('f8'))
    f.create_dataset('text', (1000, 1000), h5py.string_dtype(), chunks=(10, 10))
    f.create_dataset('reference', (1000, 1000), h5py.ref_dtype, chunks=(10, 10))
    f.create_dataset('outside', (5000, 5000), 'f4', external=[('outside.bin', 0, 100_000_000)])
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    h5py.h5d.create(f.id, b'early', h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((3000, 3000)), early)
with h5py.File('swmr.h5', 'w', libver='latest') as f:
    x = f.create_dataset('before', (5000, 5000), 'f4', chunks=(11, 13))
    f.swmr_mode = True" || return
    check "$label a small dataset" "$(layout stay.h5 small)" CONTIGUOUS
    check "$label variable-length text" "$(chunks stay.h5 text)" '10 10'
    check "$label references" "$(chunks stay.h5 reference)" '10 10'
    check "$label external storage" "$(layout stay.h5 outside)" CONTIGUOUS
    check "$label early allocation" "$(layout stay.h5 early)" CONTIGUOUS
    check "$label scalar" "$(layout stay.h5 scalar)" CONTIGUOUS
}

# The same program without the connector, with it, and with every shape changed.
values_are_the_same() {
    local program="
import h5py, numpy as np
r = np.random.default_rng(9)
a = r.standard_normal((3000, 2000)).astype('f4')
with h5py.File('values.h5', 'w') as f:
    f.create_dataset('contiguous', (5000, 1500), 'f4', fillvalue=3)[100:3100, :] = a[:, :1500]
    f.create_dataset('guess', data=a, chunks=True, compression='gzip', shuffle=True, fletcher32=True)
    x = f.create_dataset('tiny', (3000, 2000), '>i4', chunks=(3, 2000), compression='gzip')
    for i in range(0, 3000, 77): x[i:i + 77] = i + np.arange(2000)
    x = f.create_dataset('append', (0, 70000), 'f8', maxshape=(None, 70000), chunks=True)
    for i in range(40):
        x.resize(i + 1, 0)
        x[i] = i
    x = f.create_dataset('lzf', data=a[::2], chunks=True, compression='lzf')
    x = f.create_dataset('compound', (600000,), [('a', 'f8'), ('b', 'i2')], maxshape=(None,), chunks=(10,))
    x['a'] = np.arange(600000.)
    x = f.create_dataset('nested', (2000, 3000), ('i2', (2, 2)), chunks=(1, 3000))
    x[:, 5] = np.arange(8000).reshape(2000, 2, 2)
with h5py.File('values.h5', 'a') as f:
    f['guess'][1:7, 3:2000:5] = 1
    f['contiguous'][:, 3] = 2
    print(f['guess'][5, :40].sum(), f['contiguous'][...].sum(), f['append'][39, 69999])
    for x in f.values():
        listed = x.id.get_create_plist()
        chunks = listed.get_chunk() if listed.get_layout() == h5py.h5d.CHUNKED else None
        assert x.chunks == chunks and (chunks is None or len(chunks) == x.ndim), x.name"
    rm -rf off auto override && mkdir off auto override
    (cd off && "$python" -c "$program" >out)
    (cd auto && H5PAVE_CHUNK=auto H5PAVE_ACCESS=column RUN "$python" -c "$program" >out)
    (cd override && H5PAVE_CHUNK=override H5PAVE_ACCESS=column RUN "$python" -c "$program" >out)
    local policy
    for policy in auto override; do
        check "$label $policy: what the program saw" "$(diff off/out $policy/out)" ''
        # Stock tools do not have h5py's LZF.
        check_ok "$label $policy: h5diff" stock h5diff --exclude-path /lzf off/values.h5 $policy/values.h5
        check "$label $policy: LZF" "$("$python" -c "
import h5py, numpy as np
print(*(np.array_equal(h5py.File('$policy/values.h5')[x], h5py.File('off/values.h5')[x]) for x in ('lzf', 'guess')))")" 'True True'
    done
    check "$label auto: shapes changed" "$(for x in contiguous guess tiny append lzf compound nested; do
        [ "$(chunks off/values.h5 $x)" == "$(chunks auto/values.h5 $x)" ] || echo $x; done | tr '\n' ' ')" \
        'contiguous guess append lzf '
    check "$label override: shapes changed" "$(for x in contiguous guess tiny append lzf compound nested; do
        [ "$(chunks off/values.h5 $x)" == "$(chunks override/values.h5 $x)" ] || echo $x; done | tr '\n' ' ')" \
        'contiguous guess tiny append lzf compound nested '
}

# A program that writes and reads raw chunks by the shape it asked for is told, and nothing is written.
raw_chunks_are_refused() {
    H5PAVE_CHUNK=override RUN "$python" - >raw 2>&1 <<'END'
import h5py, numpy as np
def attempt(what):
    try:
        what()
        print("worked")
    except Exception as error:
        print(type(error).__name__, "option chunk gave the dataset chunks" in str(error), "nothing was" in str(error))
old = np.zeros((11, 13), 'f4').tobytes()
import os
os.mkdir('elsewhere')
with h5py.File('raw.h5', 'w') as f:
    x = f.create_dataset('x', (5000, 5000), 'f4', chunks=(11, 13))
    attempt(lambda: x.id.write_direct_chunk((0, 0), old))
    attempt(lambda: x.id.write_direct_chunk((11, 13), old))
    print(x.id.get_num_chunks(), x.id.get_storage_size())
    new = np.arange(np.prod(x.chunks), dtype='f4').reshape(x.chunks)
    attempt(lambda: x.id.write_direct_chunk((0, 0), new.tobytes()))
    print(np.array_equal(x[:x.chunks[0], :x.chunks[1]], new))
    attempt(lambda: x.id.read_direct_chunk((0, 0)))
    z = f.create_dataset('z', (5000, 5000), 'f4', chunks=(11, 13), compression='gzip')
    os.chdir('elsewhere')
    attempt(lambda: z.id.write_direct_chunk((0, 0), b'whatever'))
    os.chdir('..')
    small = f.create_dataset('small', (11, 13), 'f4', chunks=(11, 13))
    attempt(lambda: small.id.write_direct_chunk((0, 0), old))
with h5py.File('raw.h5', 'a') as f:
    attempt(lambda: f['z'].id.write_direct_chunk((0, 0), b'whatever'))
    del f['z']
    f.create_dataset('z', (110, 130), 'f4', chunks=(11, 13))
    attempt(lambda: f['z'].id.write_direct_chunk((0, 0), old))
END
    printf '%s\n' 'OSError True True' 'OSError True True' '0 0' worked True 'OSError True True' 'OSError True True' \
        worked 'OSError True True' worked >expected
    sed -i 's/RuntimeError/OSError/' raw
    rmdir elsewhere
    check "$label raw chunks by the old shape" "$(diff raw expected)" ''
}

log_explains() {
    H5PAVE_LOG=info H5PAVE_CHUNK=auto H5PAVE_ACCESS=column mk a.h5 'shape=(20000,20000),chunks=True' 2>err
    check "$label log: what was considered, what won, by how much" "$(grep -c \
        '^h5pave: a.h5 /x: chunk \[157, 313\] -> \[.*\]: for \*,1, read: .* an access with \[157, 313\], h5py.s default, .* times faster; considered .*netCDF-C' err)" 1
    H5PAVE_LOG=info H5PAVE_CHUNK=auto mk a.h5 'shape=(20000,20000),chunks=(50,50)' 2>err
    check "$label log: why a shape stays" "$(grep -c 'chunk \[50, 50\] stays: no library' err)" 1
}

# 2,000 datasets alike: the advice of the first serves the rest. How long it takes is printed.
many_datasets_are_cheap() {
    local program="
import h5py, time
with h5py.File('many.h5', 'w', driver='core', backing_store=False) as f:
    start = time.perf_counter()
    for i in range(2000): f.create_dataset(str(i), (2000, 3000), 'f4', chunks=(10, 3000))
    print(int(1e6 * (time.perf_counter() - start) / 2000), len({f[name].chunks for name in f}))"
    local keep override
    keep=$(RUN "$python" -c "$program")
    override=$(H5PAVE_CHUNK=override RUN "$python" -c "$program")
    check "$label shapes of 2,000 datasets alike; microseconds per create: keep ${keep% *}, override ${override% *}" \
        "${override#* }" 1
}

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    row_9_automatic
    row_10_target
    row_11_explicit
    row_13_header_is_the_same
    row_27_image_stack
    rows_28_and_85_access
    rules_by_path
    what_must_stay
    values_are_the_same
    raw_chunks_are_refused
    log_explains
    many_datasets_are_cheap
done
finish
