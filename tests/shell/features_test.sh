#!/usr/bin/env bash
# The features of the index advisor and of the storage options as a user sees them: an unmodified h5py program run with the
# connector, the result looked at with stock HDF5 1.14 tools; once per h5py at hand (1.14 and 2.x).
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons

one_dataset="import h5py,sys
h5py.File(sys.argv[1],'w').create_dataset('x',dtype='f4',**eval('dict('+sys.argv[2]+')'))"

# mk FILE ARGUMENTS: a program that creates one dataset, with the connector; mk_off without.
mk() { RUN "$python" -c "$one_dataset" "$1" "$2"; }
mk_off() { "$python" -c "$one_dataset" "$1" "$2"; }

# py FILE CODE: CODE with `f` being the file opened for reading and writing by stock HDF5.
py() { "$python" -c "import h5py,numpy as np; f=h5py.File('$1','a')
$2"; }

# after FILE SIGNATURE OFFSET: the byte that far behind the start of the first SIGNATURE, as hex.
after() {
    local start
    start=$(grep -abo "$2" "$1" | head -n 1 | cut -d: -f1)
    od -A n -t x1 -j "$((start + $3))" -N 1 "$1" | tr -d ' '
}

# both NAME ARGUMENTS: off/NAME and on/NAME by the same program.
both() {
    (cd off && mk_off "$1" "$2")
    (cd on && mk "$1" "$2")
}

# dump_both OPTIONS NAME: what h5dump says of off/NAME and on/NAME differs (empty: it does not).
dump_both() { diff <(cd off && stock h5dump "$1" "$2") <(cd on && stock h5dump "$1" "$2") || true; }

row_1_to_8_index() {
    mk_off a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 1 off" "$(idx a.h5 x)" 'v1 B-tree'
    mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 1 automatic" "$(idx a.h5 x)" 'Fixed Array'
    mk a.h5 'shape=(30,10),chunks=(30,10)'
    check "$label row 2" "$(idx a.h5 x)" 'Single Chunk'
    H5PAVE_INDEX=implicit mk a.h5 'shape=(30,10),chunks=(5,5)' 2>err
    check "$label row 3" "$(idx a.h5 x)" 'Implicit'
    check "$label row 3 lines on stderr" "$(wc -l <err)" 0
    H5PAVE_INDEX=implicit mk a.h5 'shape=(30,10),chunks=(5,5),compression="gzip"' 2>err
    check "$label row 3 with a filter" "$(idx a.h5 x)" 'Fixed Array'
    check "$label row 3 with a filter, lines on stderr" "$(wc -l <err)" 1
    check "$label row 3 with a filter, names the legal ones" \
        "$(grep -c '^h5pave: .*index=implicit.*legal here: btree1, fixed;' err)" 1
    mk a.h5 'shape=(30,10),chunks=(5,5),maxshape=(60,10)'
    check "$label row 4" "$(idx a.h5 x)" 'Fixed Array'
    mk a.h5 'shape=(30,10),chunks=(3,2),maxshape=(None,10)'
    check "$label row 5" "$(idx a.h5 x)" 'Extensible Array'
    mk a.h5 'shape=(30,10),chunks=(5,5),maxshape=(None,None)'
    check "$label row 6" "$(idx a.h5 x)" 'v2 B-tree'
    H5PAVE_COMPAT=1.8 mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 7" "$(idx a.h5 x)" 'v1 B-tree'
    # The bounds that a program asks for nothing about stay: what 2.x writes differs from 1.14.
    mk_off b.h5 'shape=(30,10),chunks=(5,5)'
    mk c.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 7 superblock version as off" "$(od -A n -t u1 -j 8 -N 1 c.h5)" \
        "$(od -A n -t u1 -j 8 -N 1 b.h5)"
}

row_1_create_flushes_nothing() {
    RUN "$python" - <<'END' >flushed
import h5py, os
marker = b'nobody flushed me'
with h5py.File('dirty.h5', 'w') as f:
    first = f.create_dataset('first', (3, 64), maxshape=(None, 64), chunks=(2, 64), dtype='u1')
    first[0, :len(marker)] = list(marker)
    for i in range(20):
        f.create_dataset('group%d/later' % i, (30, 10), chunks=(5, 5), dtype='f4')
    print('after creates:', marker in open('dirty.h5', 'rb').read())
    f.flush()
    print('after a flush:', marker in open('dirty.h5', 'rb').read())
END
    check "$label row 1 a create flushes no other dataset" "$(tr '\n' ' ' <flushed)" \
        'after creates: False after a flush: True '
    check "$label row 1 connector was active" "$(idx dirty.h5 group0/later)" 'Fixed Array'
}

row_2_cached_single_chunk_has_a_size() {
    local program="
import h5py
with h5py.File('single.h5', 'w') as f:
    for name, more in (('plain', {}), ('packed', {'compression': 'gzip'})):
        x = f.create_dataset(name, (4, 4), 'i4', chunks=(4, 4), **more)
        print(x.id.get_storage_size())
        x[0] = 1
        print(x.id.get_storage_size() > 0, len(x.id.read_direct_chunk((0, 0))[1]) > 0)
        x[1] = 2
        print(x.id.get_num_chunks(), x[...].sum())
        y = f.create_dataset(name + ' not asked before', (4, 4), 'i4', chunks=(4, 4), **more)
        y[...] = 5
        print(len(y.id.read_direct_chunk((0, 0))[1]))"
    (cd off && "$python" -c "$program" >out)
    (cd on && RUN "$python" -c "$program" >out)
    check "$label row 2 sizes while the chunk is cached" "$(diff off/out on/out)" ''
    check "$label row 2 index of both" "$(idx on/single.h5 plain), $(idx on/single.h5 packed)" \
        'Single Chunk, Single Chunk'
}

row_8_rules() {
    H5PAVE_INDEX='/a*=btree1' RUN "$python" - <<'END'
import h5py
with h5py.File('rules.h5', 'w') as f:
    for name in ('apple', 'bread', 'g/apple'):
        f.create_dataset(name, (30, 10), chunks=(5, 5), dtype='f4')
END
    check "$label row 8 rule matches" "$(idx rules.h5 apple)" 'v1 B-tree'
    check "$label row 8 rule does not match" "$(idx rules.h5 bread)" 'Fixed Array'
    check "$label row 8 rule is about the whole path" "$(idx rules.h5 g/apple)" 'Fixed Array'
    H5PAVE_INDEX='hash' mk a.h5 'shape=(30,10),chunks=(5,5)' 2>err
    check "$label row 8 bad value: automatic" "$(idx a.h5 x)" 'Fixed Array'
    check "$label row 8 bad value: one line" "$(wc -l <err)" 1
    check "$label row 8 bad value: line names option, value, legal ones" \
        "$(grep -c "^h5pave: .*'hash'.*index.*btree1, single, implicit, fixed, extensible, btree2" err)" 1
}

rows_11_to_18_program_is_respected() {
    mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 11 chunks" "$(stock h5ls -v a.h5/x | sed -n 's/ *Chunks: *//p')" '{5, 5} 100 bytes'
    local arguments
    for arguments in 'shape=(30,10),chunks=(5,5),maxshape=(None,10)' 'shape=(30,10),chunks=(5,5)' \
        'shape=(30,10),chunks=True,maxshape=(40,None)' 'shape=(3,),maxshape=(None,)'; do
        both a.h5 "$arguments"
        check "$label row 13 h5dump -H the same: $arguments" "$(dump_both -H a.h5)" ''
    done
    check "$label row 13 connector was active" "$(idx on/a.h5 x)" 'Extensible Array'
    (cd off && mk_off b.h5 'shape=(30,10),chunks=(5,5),maxshape=(20,10)') 2>off.err && echo 'off succeeded' >>off.err
    (cd on && mk b.h5 'shape=(30,10),chunks=(5,5),maxshape=(20,10)') 2>on.err && echo 'on succeeded' >>on.err
    check "$label row 14 same error" "$(diff off.err on.err)" ''
    check "$label row 14 it is an error" "$(grep -c Error on.err)" 1
    both a.h5 'shape=(30,10),chunks=(5,5),fillvalue=7'
    check "$label row 15 h5dump -pH the same but for the chunk index" "$(dump_both -pH a.h5)" ''
    check "$label row 15 unwritten cells" "$(py on/a.h5 "print(np.unique(f['x'][...]))")" '[7.]'
    check "$label row 15 connector was active" "$(idx on/a.h5 x)" 'Fixed Array'
    both c.h5 'shape=(30,10),chunks=(5,5),compression="gzip"'
    check "$label row 17 gzip level" "$(stock h5dump -pH on/c.h5 | grep -c 'COMPRESSION DEFLATE { LEVEL 4 }')" 1
    check "$label row 17 as off" "$(dump_both -pH c.h5)" ''
    both d.h5 'shape=(30,10),chunks=(5,5),compression="gzip",compression_opts=9,shuffle=True,fletcher32=True'
    check "$label row 18 order of filters" \
        "$(stock h5dump -pH on/d.h5 | grep -o 'SHUFFLE\|DEFLATE\|FLETCHER32' | tr '\n' ' ')" \
        "$(stock h5dump -pH off/d.h5 | grep -o 'SHUFFLE\|DEFLATE\|FLETCHER32' | tr '\n' ' ')"
    check "$label row 18 as off" "$(dump_both -pH d.h5)" ''
    check "$label row 18 connector was active" "$(idx on/d.h5 x)" 'Fixed Array'
}

row_15_variable_length_fill() {
    RUN "$python" - <<'END'
import h5py
with h5py.File('vl.h5', 'w') as f:
    text = f.create_dataset('text', (5,), chunks=(2,), maxshape=(None,), dtype=h5py.string_dtype(),
                            fillvalue='ø unwritten')
    text[1] = 'written'
END
    check "$label row 15 variable-length fill" \
        "$(py vl.h5 "print([t.decode() for t in f['text'][...]])")" \
        "['ø unwritten', 'written', 'ø unwritten', 'ø unwritten', 'ø unwritten']"
    check "$label row 15 variable-length connector was active" "$(idx vl.h5 text)" 'Extensible Array'
}

row_16_sparse() {
    RUN "$python" -c "
import h5py
with h5py.File('sparse.h5', 'w') as f:
    f.create_dataset('x', (1000, 1000), chunks=(100, 100), dtype='f4')[100:200, 300:400] = 1"
    check "$label row 16 file below 64 kB" "$(($(stat -c %s sparse.h5) < 65536))" 1
    check "$label row 16 index" "$(idx sparse.h5 x)" 'Fixed Array'
    check "$label row 16 sum of ones" "$(py sparse.h5 "x=f['x'][...]; print((x==1).sum(), (x[100:200,300:400]==1).all())")" \
        '10000 True'
}

# filters FILE: as stock h5dump lists those of dataset x.
filters() {
    stock h5dump -pH "$1" | sed -n '/FILTERS {/,/FILLVALUE/p' |
        grep -o 'NONE\|SHUFFLE\|DEFLATE { LEVEL [0-9] }\|FLETCHER32' | tr -d '{}' | tr -s ' \n' ' ' | sed 's/ $//'
}

rows_19_69_78_86_filters() {
    mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 19 off: no filters" "$(filters a.h5)" NONE
    local chunks
    for chunks in '(250,250)' True; do
        H5PAVE_FILTER=auto mk a.h5 "shape=(1000,1000),chunks=$chunks,data=__import__('numpy').random.default_rng(1).integers(0,2**32,(1000,1000),'u4').view('f4')"
        check "$label row 19 on: random data stays unfiltered, chunks $chunks" \
            "$(filters a.h5) $(py a.h5 "print(f['x'].id.get_storage_size() < 4100000)")" 'NONE True'
    done
    H5PAVE_FILTER=auto mk a.h5 'shape=(1000,1000),chunks=(250,250),data=__import__("numpy").arange(1e6).reshape(1000,1000)'
    check "$label row 19 on: other data shrinks" \
        "$(filters a.h5) $(py a.h5 "print(f['x'].id.get_storage_size() < 2000000)")" 'SHUFFLE DEFLATE LEVEL 4 True'
    H5PAVE_FILTER=shuffle,deflate:6 mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 69" "$(filters a.h5)" 'SHUFFLE DEFLATE LEVEL 6'
    H5PAVE_CHECKSUM=1 mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 78" "$(filters a.h5)" FLETCHER32
    local preset levels=
    for preset in none fast balanced max; do
        H5PAVE_FILTER=$preset mk a.h5 'shape=(30,10),chunks=(5,5)'
        levels+="$preset $(filters a.h5), "
    done
    check "$label row 86 presets" "$levels" 'none NONE, fast SHUFFLE DEFLATE LEVEL 1, balanced SHUFFLE DEFLATE LEVEL 4, max SHUFFLE DEFLATE LEVEL 9, '
}

row_39_pages() {
    H5PAVE_PAGE=1M mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 39" "$(stock h5stat -S a.h5 | grep -c H5F_FSPACE_STRATEGY_PAGE) $(idx a.h5 x)" '1 Fixed Array'
    mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label row 39 off" "$(stock h5stat -S a.h5 | grep -c H5F_FSPACE_STRATEGY_PAGE)" 0
}

# A chunk of 16 MiB is larger than any default cache; LZF is left to native HDF5.
row_62_cache() {
    RUN "$python" -c "
import h5py, numpy as np
h5py.File('cache.h5', 'w').create_dataset('x', data=np.arange(2**22, dtype='i4').reshape(2**12, 2**10), chunks=(2**12, 2**10), compression='lzf')"
    local program="
import h5py, time
x = h5py.File('cache.h5')['x']
start = time.perf_counter()
assert all((x[i] == range(i * 2**10, (i + 1) * 2**10)).all() for i in range(24))
print(x.id.get_access_plist().get_chunk_cache()[1] >= 2**24, int(1e3 * (time.perf_counter() - start)))"
    RUN "$python" -c "$program" >keep.out
    H5PAVE_CACHE=auto RUN "$python" -c "$program" >auto.out
    check "$label row 62 the cache holds a chunk: keep, auto" "$(cut -d' ' -f1 keep.out auto.out | tr '\n' ' ')" 'False True '
    check "$label row 62 rows of a chunk larger than the cache, ms: $(cut -d' ' -f2 keep.out auto.out | tr '\n' ' ')" \
        "$(($(cut -d' ' -f2 keep.out) > 2 * $(cut -d' ' -f2 auto.out)))" 1
}

row_20_append() {
    local program="
import h5py, numpy as np
rows = np.random.default_rng(20).standard_normal((1000, 40)).astype('f4')
with h5py.File('append.h5', 'w') as f:
    x = f.create_dataset('x', (0, 40), maxshape=(None, 40), chunks=(64, 16), compression='gzip', dtype='f4')
    for i, row in enumerate(rows):
        x.resize(i + 1, axis=0)
        x[i] = row"
    (cd off && "$python" -c "$program")
    (cd on && RUN "$python" -c "$program")
    check_ok "$label row 20 h5diff off on" stock h5diff off/append.h5 on/append.h5
    check "$label row 20 index" "$(idx on/append.h5 x)" 'Extensible Array'
}

row_25_layout() {
    RUN "$python" -c "
import h5py
h5py.File('a.h5', 'w').create_dataset('x', (30, 10), chunks=(5, 5), compression='gzip', dtype='f4')[...] = 3"
    check_ok "$label row 25 h5dump 1.14 reads it" stock h5dump -d /x a.h5
    check "$label row 25 layout version" "$(stock h5debug a.h5 "$(stock h5ls -v a.h5/x |
        sed -n 's/.*Location: *[0-9]*:\([0-9]*\).*/\1/p')" | sed -n '/`layout/,$s/ *Version: *//p' | head -n 1)" 4
    check "$label row 25 index" "$(idx a.h5 x)" 'Fixed Array'
}

row_30_errors() {
    local setting
    for setting in H5PAVE_INDEX=nonsense H5PAVE_COMPAT=1.6 H5PAVE_LOG=loud H5PAVE_NO_SUCH_OPTION=1; do
        if (export "${setting?}"; mk a.h5 'shape=(30,10),chunks=(5,5)') 2>err; then rc=0; else rc=$?; fi
        check "$label row 30 $setting exit status" "$rc" 0
        check "$label row 30 $setting lines, ours" "$(wc -l <err) $(grep -c '^h5pave: ' err)" '1 1'
        check "$label row 30 $setting index" "$(idx a.h5 x)" 'Fixed Array'
    done
}

row_32_edges() {
    local filter
    for filter in None '"gzip"'; do
        RUN "$python" -c "
import h5py, numpy as np
with h5py.File('edge.h5', 'w') as f:
    x = f.create_dataset('x', data=np.arange(100, dtype='f4').reshape(10, 10), chunks=(3, 3), compression=$filter)
    print(x.id.get_num_chunks())" >number
        check "$label row 32 chunks, compression $filter" "$(cat number)" 16
        "$python" -c "
import h5py, numpy as np
h5py.File('plain.h5', 'w').create_dataset('x', data=np.arange(100, dtype='f4').reshape(10, 10))"
        check_ok "$label row 32 values, compression $filter" stock h5diff plain.h5 edge.h5
        check "$label row 32 index, compression $filter" "$(idx edge.h5 x)" 'Fixed Array'
    done
}

# chunks COUNT MAXSHAPE FILE [MORE]: COUNT chunks of one element each, all written.
chunks() {
    RUN "$python" -c "
import h5py, numpy as np
with h5py.File('$3', 'w') as f:
    f.create_dataset('x', data=np.arange($1, dtype='u4') + 1, maxshape=$2, chunks=(1,)${4:-})"
}
equal_line() { py "$1" "print(np.array_equal(f['x'][...].ravel(), np.arange($2, dtype='u4') + 1))"; }

rows_33_to_37_bytes_of_the_index() {
    chunks 1024 '(1024,)' fa.h5
    check "$label row 33 page bits" "$(after fa.h5 FAHD 7)" 0a
    check "$label row 33 1024 chunks equal" "$(equal_line fa.h5 1024)" True
    chunks 1025 '(1025,)' fa.h5
    check "$label row 33 page bitmap" "$(after fa.h5 FADB 14)" c0
    check "$label row 33 1025 chunks equal" "$(equal_line fa.h5 1025)" True
    chunks 244 '(None,)' ea.h5
    check "$label row 35 super blocks of 244 chunks" "$(grep -ao EASB ea.h5 | wc -l)" 0
    check "$label row 35 244 chunks equal" "$(equal_line ea.h5 244)" True
    chunks 245 '(None,)' ea.h5
    check "$label row 35 super blocks of 245 chunks" "$(grep -ao EASB ea.h5 | wc -l)" 1
    check "$label row 35 245 chunks equal" "$(equal_line ea.h5 245)" True
    RUN "$python" -c "
import h5py, numpy as np
with h5py.File('turned.h5', 'w') as f:
    x = f.create_dataset('x', (30, 10), maxshape=(30, None), chunks=(3, 2), dtype='u4')
    x[...] = np.arange(300).reshape(30, 10) + 1"
    check "$label row 36 index" "$(idx turned.h5 x)" 'Extensible Array'
    check "$label row 36 equal" "$(equal_line turned.h5 300)" True
    RUN "$python" -c "
import h5py, numpy as np
with h5py.File('bt2.h5', 'w') as f:
    for name, more in (('x', {}), ('z', {'compression': 'gzip'})):
        x = f.create_dataset(name, data=np.arange(400, dtype='u4').reshape(20, 20) + 1,
                             maxshape=(None, None), chunks=(1, 1), **more)
with h5py.File('bt2z.h5', 'w') as f:
    f.create_dataset('x', data=np.arange(400, dtype='u4').reshape(20, 20) + 1,
                     maxshape=(None, None), chunks=(1, 1), compression='gzip')"
    check "$label row 37 depth at 400 chunks" "$(after bt2.h5 BTHD 12)$(after bt2.h5 BTHD 13)" 0100
    check "$label row 37 record type" "$(after bt2.h5 BTHD 5)" 0a
    check "$label row 37 400 chunks equal" "$(equal_line bt2.h5 400)" True
    check "$label row 37 filtered: record type" "$(after bt2z.h5 BTHD 5)" 0b
    check "$label row 37 filtered: 400 chunks equal" "$(equal_line bt2z.h5 400)" True
}

row_38_values() {
    local program="
import h5py, numpy as np
r = np.random.default_rng(38)
with h5py.File('values.h5', 'w') as f:
    for i, (maxshape, more) in enumerate([((90, 70), {}), ((None, 70), {'compression': 'gzip'}),
            ((90, None), {'shuffle': True, 'compression': 'gzip'}), ((None, None), {'fletcher32': True})]):
        f.create_dataset('d%d' % i, data=r.standard_normal((90, 70)), maxshape=maxshape, chunks=(8, 9), **more)"
    (cd off && "$python" -c "$program")
    (cd on && RUN "$python" -c "$program")
    check_ok "$label row 38 h5diff off on" stock h5diff off/values.h5 on/values.h5
    check "$label row 38 indexes" "$(for d in d0 d1 d2 d3; do idx on/values.h5 $d; done | tr '\n' ,)" \
        'Fixed Array,Extensible Array,Extensible Array,v2 B-tree,'
}

row_45_debug() {
    H5PAVE_LOG=debug mk a.h5 'shape=(30,10),chunks=(5,5)' 2>err
    check "$label row 45 one line" "$(wc -l <err)" 1
    check "$label row 45 path, chunk, index, reason" \
        "$(grep -c '^h5pave: .*a.h5 /x: .*chunk \[5, 5\], index v1 B-tree -> Fixed Array: .*12 slots' err)" 1
}

row_46_statistics() {
    H5PAVE_STATS=stats.json RUN "$python" -c "
import h5py, numpy as np
with h5py.File('s.h5', 'w') as f:
    x = f.create_dataset('x', (30, 10), chunks=(5, 5), dtype='f4')
    x[...] = 1
    x[3:5] = np.ones((2, 10))
    f.create_dataset('plain', data=np.zeros(7, 'u1'))
    x[0, 0]"
    check "$label row 46 written bytes" "$(json stats.json 'd["write"]["bytes"]')" $((1200 + 80 + 7))
    check "$label row 46 written bytes of x" \
        "$(json stats.json '[x["write"]["bytes"] for x in d["datasets"] if x["path"] == "/x"]')" '[1280]'
    check "$label row 46 read bytes" "$(json stats.json 'd["read"]["bytes"]')" 4
}
json() { "$python" -c "import json,sys; d=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))" "$1" "$2"; }

row_72_type() {
    local program="
import h5py, numpy as np
with h5py.File('types.h5', 'w') as f:
    for i, t in enumerate(['<i2', '>i2', '>f8', '<u8', 'S5', '?', 'c16', [('a', '>i4'), ('b', '<f4', (2, 3))]]):
        f.create_dataset('d%d' % i, (6, 6), chunks=(2, 4), dtype=t)
    f.create_dataset('e', (6,), chunks=(2,), dtype=h5py.enum_dtype({'no': 0, 'yes': 1}, basetype='>u2'))
    f.create_dataset('v', (6,), chunks=(2,), dtype=h5py.vlen_dtype('>i4'))"
    (cd off && "$python" -c "$program")
    (cd on && RUN "$python" -c "$program")
    check "$label row 72 types" "$(dump_both -H types.h5)" ''
    check "$label row 72 connector was active" "$(idx on/types.h5 d7)" 'Fixed Array'
}

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    rm -rf off on && mkdir off on
    row_1_to_8_index
    row_1_create_flushes_nothing
    row_2_cached_single_chunk_has_a_size
    row_8_rules
    rows_11_to_18_program_is_respected
    row_15_variable_length_fill
    row_16_sparse
    rows_19_69_78_86_filters
    row_39_pages
    row_62_cache
    row_20_append
    row_25_layout
    row_30_errors
    row_32_edges
    rows_33_to_37_bytes_of_the_index
    row_38_values
    row_45_debug
    row_46_statistics
    row_72_type
done
finish
