#!/usr/bin/env bash
# The options filter, checksum, page and cache: an unmodified program run with the connector, the result
# looked at with stock HDF5 1.14 tools and compared value by value; once per h5py at hand.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons

one_dataset="import h5py,sys
h5py.File(sys.argv[1],'w').create_dataset('x',dtype='f4',**eval('dict('+sys.argv[2]+')'))"
mk() { RUN "$python" -c "$one_dataset" "$1" "$2"; }

# filters FILE [DATASET]: as stock h5dump lists them, on one line.
filters() {
    stock h5dump -pH -d "/${2:-x}" "$1" | sed -n '/FILTERS {/,/FILLVALUE/p' |
        grep -o 'NONE\|SHUFFLE\|DEFLATE { LEVEL [0-9] }\|FLETCHER32' | tr -d '{}' | tr -s ' \n' ' ' | sed 's/ $//'
}
# count FILE KEY: what the statistics in FILE say of a reason or an amendment.
count() { jq "(.pass_through + .amendments)[\"$2\"] // 0" "$1"; }

presets_and_pipelines() {
    local value expected
    while IFS='|' read -r value expected; do
        H5PAVE_FILTER=$value mk a.h5 'shape=(30,10),chunks=(5,5)'
        check "$label filter $value" "$(filters a.h5)" "$expected"
    done <<'END'
keep|NONE
none|NONE
fast|SHUFFLE DEFLATE LEVEL 1
balanced|SHUFFLE DEFLATE LEVEL 4
max|SHUFFLE DEFLATE LEVEL 9
deflate:7|DEFLATE LEVEL 7
shuffle,deflate:6,fletcher32|SHUFFLE DEFLATE LEVEL 6 FLETCHER32
/x=shuffle,deflate:2;*=max|SHUFFLE DEFLATE LEVEL 2
/other=shuffle,deflate:2;max|SHUFFLE DEFLATE LEVEL 9
/other=max|NONE
END
    H5PAVE_TEST_OPTIONS=';filter={/y=max;/x=fast}'
    mk a.h5 'shape=(30,10),chunks=(5,5)'
    unset H5PAVE_TEST_OPTIONS
    check "$label rules in the info string" "$(filters a.h5)" 'SHUFFLE DEFLATE LEVEL 1'
    H5PAVE_FILTER=fast RUN "$python" -c "
import h5py; h5py.File('a.h5', 'w').create_dataset('x', (3000,), 'u1', chunks=(1000,))"
    check "$label single bytes are not shuffled" "$(filters a.h5)" 'DEFLATE LEVEL 1'
    H5PAVE_FILTER=fast H5PAVE_CHECKSUM=1 mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label filter and checksum" "$(filters a.h5)" 'SHUFFLE DEFLATE LEVEL 1 FLETCHER32'
    check "$label the index fits the filters" "$(idx a.h5 x)" 'Fixed Array'
    local bad
    for bad in H5PAVE_FILTER=gzip H5PAVE_FILTER=deflate:10 H5PAVE_CHECKSUM=yes H5PAVE_PAGE=1K H5PAVE_CACHE=big; do
        (export "${bad?}"; mk a.h5 'shape=(30,10),chunks=(5,5)') 2>err
        check "$label $bad: one line that lists what is legal, nothing changed" \
            "$(wc -l <err) $(grep -c '^h5pave: bad value .*legal values: ' err) $(filters a.h5)" '1 1 NONE'
    done
}

a_programs_filters_stay() {
    H5PAVE_FILTER=max H5PAVE_STATS=s.json mk a.h5 'shape=(30,10),chunks=(5,5),compression="gzip"'
    check "$label a program's filters stay" "$(filters a.h5), $(count s.json filter:has_filters)" 'DEFLATE LEVEL 4, 1'
    H5PAVE_CHECKSUM=1 H5PAVE_STATS=s.json mk a.h5 'shape=(30,10),chunks=(5,5),compression="gzip"'
    check "$label and are followed by a checksum" "$(filters a.h5), $(count s.json filters)" 'DEFLATE LEVEL 4 FLETCHER32, 1'
    H5PAVE_CHECKSUM=1 H5PAVE_STATS=s.json mk a.h5 'shape=(30,10),chunks=(5,5),fletcher32=True'
    check "$label there is one checksum" "$(filters a.h5), $(count s.json filter:has_filters)" 'FLETCHER32, 1'
}

# What must stay as the program says it, each counted.
what_must_stay() {
    H5PAVE_FILTER=fast H5PAVE_CHECKSUM=1 H5PAVE_STATS=s.json RUN "$python" - <<'END'
import h5py, numpy as np
from h5py import h5p, h5d, h5s, h5t, h5z
def create(name, type, **calls):
    listed = h5p.create(h5p.DATASET_CREATE)
    listed.set_chunk((10,))
    for call, values in calls.items():
        for value in values:
            getattr(listed, call)(*value)
    h5d.create(f.id, name, type, h5s.create_simple((100,)), listed)
with h5py.File('stay.h5', 'w') as f:
    f.create_dataset('contiguous', (100, 100), 'f4')
    f.create_dataset('scalar', (), 'f8')
    f.create_dataset('text', (100,), h5py.string_dtype(), chunks=(10,))
    f.create_dataset('reference', (100,), h5py.ref_dtype, chunks=(10,))
    layout = h5py.VirtualLayout((100,), 'f4')
    layout[:] = h5py.VirtualSource('other.h5', 'x', (100,))
    f.create_virtual_dataset('virtual', layout)
    create(b'early', h5t.NATIVE_FLOAT, set_alloc_time=[(h5d.ALLOC_TIME_EARLY,)])
    # As many filters as libhdf5 takes: it refuses one more.
    create(b'full', h5t.NATIVE_FLOAT, set_filter=[(h5z.FILTER_SHUFFLE, h5z.FLAG_OPTIONAL)] * 32)
END
    local dataset
    for dataset in contiguous scalar text reference early; do
        check "$label $dataset stays" "$(filters stay.h5 $dataset)" NONE
    done
    check "$label 32 shuffles stay" "$(filters stay.h5 full | grep -o SHUFFLE | wc -l) $(filters stay.h5 full | grep -c FLETCHER)" '32 0'
    check "$label reasons" "$(for reason in contiguous type_is_not_plain not_chunked allocated_early refused_by_libhdf5; do
        count s.json filter:$reason; done | tr '\n' ' ')" '2 2 1 1 1 '
    check "$label nothing was changed" "$(count s.json filters)" 0
}

contiguous_needs_option_chunk() {
    H5PAVE_CHUNK=auto H5PAVE_FILTER=fast H5PAVE_LOG=info mk a.h5 'shape=(3000,2000)' 2>err
    check "$label a large contiguous dataset is chunked for its filters" "$(filters a.h5)" 'SHUFFLE DEFLATE LEVEL 1'
    check "$label the log tells both" "$(grep -c 'chunk none -> \[\|filters added: shuffle, deflate:1' err)" 2
    H5PAVE_CHUNK=auto mk a.h5 'shape=(3000,2000)'
    H5PAVE_CHUNK=auto H5PAVE_FILTER=fast mk b.h5 'shape=(300,200)'
    check "$label a small one stays contiguous" "$(filters b.h5)" NONE
}

# The same program under every combination gives the same values, as stock HDF5 reads them.
values_are_the_same() {
    local program="
import h5py, numpy as np
r = np.random.default_rng(19)
a = r.standard_normal((700, 500)).astype('f4').round(2)
with h5py.File('values.h5', 'w') as f:
    f.create_dataset('whole', data=a, chunks=(90, 70))
    x = f.create_dataset('rows', (0, 500), '>i4', maxshape=(None, 500), chunks=(64, 33), fillvalue=7)
    for i in range(150):
        x.resize(i + 1, 0)
        x[i, :400] = i + np.arange(400)
    f.create_dataset('noise', data=r.integers(0, 256, (256, 1024), 'u1'), chunks=(64, 1024))
    x = f.create_dataset('sparse', (5000, 500), 'f8', chunks=(10, 10))
    x[100:3000:9, 3] = 5
    x = f.create_dataset('compound', (6000,), [('a', '>f8'), ('b', 'i2'), ('c', 'S3')], chunks=(100,))
    x['a'] = np.arange(6000.)
    x['c', 7] = b'abc'
    f.create_dataset('lzf', data=a, chunks=(90, 70), compression='lzf')
    f.create_dataset('wide', data=np.tile(a, (4, 4)), chunks=(2800, 1000), compression='lzf')
    f.create_dataset('gzip', data=a, chunks=(90, 70), compression='gzip')
    f.create_dataset('contiguous', data=a)
    f.create_dataset('large', (3000, 2000), 'f4')[5:2000:3, 7:] = 3
with h5py.File('values.h5', 'a') as f:
    f['whole'][3:600:7, 1:9] = 1
    f['noise'][::2, 5] = 2
    f['rows'].resize((200, 500))
    print(*(zlib.crc32(x[...].tobytes()) for x in f.values()))"
    program="import zlib$program"
    rm -rf off && mkdir off
    (cd off && "$python" -c "$program" >out)
    local name settings
    while IFS='|' read -r name settings; do
        rm -rf "$name" && mkdir "$name"
        (cd "$name" && for setting in $settings; do export "${setting?}"; done && H5PAVE_STATS=s.json RUN "$python" -c "$program" >out)
        check "$label $name: what the program read" "$(diff off/out "$name/out")" ''
        check_ok "$label $name: h5diff" stock h5diff --exclude-path /lzf --exclude-path /wide off/values.h5 "$name/values.h5"
        check "$label $name: LZF as stock h5py reads it" "$("$python" -c "
import h5py, numpy as np
print(*(np.array_equal(h5py.File('$name/values.h5')[x], h5py.File('off/values.h5')[x]) for x in ('lzf', 'wide')))")" 'True True'
        check "$label $name: something was changed" "$(($(jq '.amendments | add // 0' "$name/s.json") > 0))" 1
    done <<'END'
filter|H5PAVE_FILTER=balanced
auto|H5PAVE_FILTER=auto
stock_deflate|H5PAVE_FILTER=max H5PAVE_DEFLATE=stock
checksum|H5PAVE_CHECKSUM=1
page|H5PAVE_PAGE=64K
cache|H5PAVE_CACHE=auto H5PAVE_MEM=64M
all|H5PAVE_FILTER=auto H5PAVE_CHECKSUM=1 H5PAVE_PAGE=1M H5PAVE_CACHE=auto H5PAVE_CHUNK=override
END
    check "$label all: the large contiguous dataset has filters" "$(filters all/values.h5 large)" 'SHUFFLE DEFLATE LEVEL 4 FLETCHER32'
}

# What is written piece by piece keeps its filters: chunks that do not shrink are stored as they are,
# inside the stream's frame, and others shrink.
auto_leaves_what_does_not_shrink() {
    H5PAVE_FILTER=auto RUN "$python" -c "
import h5py, numpy as np
r = np.random.default_rng(69)
with h5py.File('auto.h5', 'w') as f:
    x = f.create_dataset('random', (1024, 1024), 'u4', chunks=(256, 256))
    for i in range(0, 1024, 256):
        x[i:i + 256] = r.integers(0, 2**32, (256, 1024), 'u4')
    f.create_dataset('smooth', data=np.arange(2**20, dtype='u4').reshape(1024, 1024), chunks=(256, 256))
    f.create_dataset('tiny', (100,), 'f4', chunks=(10,))"
    "$python" - >auto.out <<'END'
import h5py, numpy as np, struct
f = h5py.File('auto.h5')
def kinds(stream):
    """The kinds of the deflate blocks of a zlib stream that are stored, up to the first that is not."""
    at, stored = 2, 0
    while at < len(stream) - 4:
        if stream[at] & 6:
            return 'coded'
        length, inverse = struct.unpack_from('<HH', stream, at + 1)
        assert length ^ inverse == 0xffff
        stored += length
        if stream[at] & 1:
            return stored
        at += 5 + length
print(*sorted({kinds(f['random'].id.read_direct_chunk((i, j))[1]) for i in range(0, 1024, 256) for j in range(0, 1024, 256)}))
print(f['random'].id.get_storage_size() <= 1.001 * 4 * 2**20, f['smooth'].id.get_storage_size() < 2**20)
print(f['tiny'].compression)
END
    check "$label auto: random chunks are stored whole, nothing of them is coded" "$(sed -n 1p auto.out)" 262144
    check "$label auto: sizes" "$(sed -n 2p auto.out)" 'True True'
    check "$label auto: chunks of 40 bytes get no filter" "$(sed -n 3p auto.out)" None
}

# Where the first write brings all of the data and they do not shrink, the filters are taken back, of
# datasets that nobody can know yet.
auto_takes_filters_back() {
    rm -rf taken taken_off && mkdir taken taken_off
    (cd taken_off && "$python" "$H5PAVE_SOURCE/tests/shell/first_write_program.py" >out)
    (cd taken && H5PAVE_FILTER=auto H5PAVE_STATS=s.json RUN "$python" "$H5PAVE_SOURCE/tests/shell/first_write_program.py" >out)
    check "$label auto: filters that were taken back" "$(awk '$NF == 0 { printf "%s ", $1 }' taken/out)" \
        'plain in_groups_and_utf8 nameless read_before others_created_between resized_before modern_file deleted '
    check "$label auto: filters that stay" "$(awk '$NF == 2 { printf "%s ", $1 }' taken/out)" \
        'smooth attribute second_link reference opened_twice creation_order part_first extendible committed_type converted '
    check "$label auto: what the program saw besides" \
        "$(diff <(cut -d' ' -f-4 taken/out) <(cut -d' ' -f-4 taken_off/out))" ''
    check "$label auto: counted" "$(count taken/s.json filters_withdrawn)" 8
    check "$label auto: each for its reason" \
        "$(jq -r '.pass_through | to_entries[] | select(.key | startswith("filter:stays_")) | "\(.key | ltrimstr("filter:stays_")) \(.value)"' taken/s.json | sort | tr '\n' ' ')" \
        'committed_type 1 creation_order 1 data_shrinks 1 first_write_is_not_all 22 has_attributes 1 has_several_links 1 may_be_known_elsewhere 2 type_conversion 1 '
    check "$label auto: as stock h5py finds the files" "$("$python" "$H5PAVE_SOURCE/tests/shell/same_files.py" taken taken_off)" 19
    check "$label auto: the index of a dataset without its filters" "$(idx taken/plain.h5 x)" 'Fixed Array'
    H5PAVE_FILTER=auto H5PAVE_CHECKSUM=1 H5PAVE_CHUNK=override RUN "$python" -c "
import h5py, numpy as np
f = h5py.File('both.h5', 'w')
x = f.create_dataset('x', (2000, 2000), 'u1', chunks=(7, 2000))
x[...] = np.random.default_rng(5).integers(0, 256, (2000, 2000), 'u1')
assert x.chunks != (7, 2000), x.chunks
try:
    x.id.write_direct_chunk((0, 0), b'x' * 14000)
except Exception as error:
    print(error)" >raw 2>&1
    check "$label auto beside checksum and chunk: the checksum stays, a raw chunk is refused" \
        "$(filters both.h5), $(grep -c 'nothing was written' raw)" 'FLETCHER32, 1'
}

# A program that takes its dataset for unfiltered is told when it writes or reads raw chunks.
raw_chunks_are_refused() {
    H5PAVE_FILTER=fast RUN "$python" - >raw 2>&1 <<'END'
import h5py, numpy as np, zlib
def attempt(what):
    try:
        what()
        print('worked')
    except Exception as error:
        text = str(error)
        print('option filter or checksum gave the dataset filters' in text, 'nothing was' in text, 'H5PAVE_FILTER=keep' in text)
chunk = np.arange(100, dtype='f4')
with h5py.File('raw.h5', 'w') as f:
    x = f.create_dataset('x', (200,), 'f4', chunks=(100,))
    attempt(lambda: x.id.write_direct_chunk((0,), chunk.tobytes()))
    print(x.id.get_num_chunks(), x.id.get_storage_size())
    # Stock HDF5 itself cannot read such a chunk before the dataset was opened again.
    attempt(lambda: x.id.write_direct_chunk((0,), chunk.tobytes(), 3))
    attempt(lambda: x.id.read_direct_chunk((0,)))
    z = f.create_dataset('z', (200,), 'f4', chunks=(100,), compression='gzip')
    attempt(lambda: z.id.write_direct_chunk((0,), zlib.compress(chunk.tobytes())))
    print(np.array_equal(z[:100], chunk))
with h5py.File('raw.h5', 'a') as f:
    attempt(lambda: f['x'].id.write_direct_chunk((100,), chunk.tobytes()))
    print(np.array_equal(f['x'][:], [*chunk, *(0,) * 100]))
    del f['x']
    f.create_dataset('x', (200,), 'f4', chunks=(100,), compression='gzip', shuffle=True)
    attempt(lambda: f['x'].id.write_direct_chunk((0,), b'x'))
END
    printf '%s\n' 'True True True' '0 0' worked 'True True True' worked True 'True True True' True worked >expected
    check "$label raw chunks of a dataset that got filters" "$(diff raw expected)" ''
}

a_damaged_chunk_is_found() {
    H5PAVE_CHECKSUM=1 RUN "$python" -c "
import h5py, numpy as np
h5py.File('damaged.h5', 'w').create_dataset('x', data=np.full((64, 64), 123456789), chunks=(64, 64))"
    "$python" - >damaged 2>&1 <<'END'
import h5py
f = h5py.File('damaged.h5')
place = f['x'].id.get_chunk_info(0).byte_offset
f.close()
with open('damaged.h5', 'r+b') as raw:
    raw.seek(place + 1000)
    raw.write(b'?')
try:
    h5py.File('damaged.h5')['x'][...]
    print('read')
except OSError:
    print('refused')
END
    check "$label checksum: stock refuses a damaged chunk" "$(cat damaged)" refused
}

swmr_and_old_readers() {
    H5PAVE_FILTER=fast H5PAVE_STATS=s.json RUN "$python" -c "
import h5py
with h5py.File('swmr.h5', 'w', libver='latest') as f:
    f.create_dataset('x', (0,), 'f4', maxshape=(None,), chunks=(100,))
    f.swmr_mode = True
    for i in range(250):
        f['x'].resize((i + 1,))
        f['x'][i] = i
        f['x'].flush()"
    check "$label SWMR: values" "$("$python" -c "
import h5py; f=h5py.File('swmr.h5'); print(f['x'][...].tolist() == list(range(250)), f['x'].compression)")" 'True gzip'
    H5PAVE_COMPAT=1.8 H5PAVE_FILTER=fast H5PAVE_PAGE=64K H5PAVE_STATS=s.json mk a.h5 'shape=(30,10),chunks=(5,5)'
    check "$label compat 1.8: filters, but no pages" "$(filters a.h5) $(count s.json page:compat) $(idx a.h5 x)" \
        'SHUFFLE DEFLATE LEVEL 1 1 v1 B-tree'
}

# strategy FILE: as stock h5stat names it.
strategy() { stock h5stat -S "$1" | sed -n 's/.*strategy: *H5F_FSPACE_STRATEGY_//p'; }

pages() {
    local mode
    for mode in w x a; do
        rm -f page.h5
        H5PAVE_PAGE=64K RUN "$python" -c "
import h5py
with h5py.File('page.h5', '$mode') as f: f['x'] = range(9)
with h5py.File('page.h5', 'a') as f: f['y'] = range(8)"
        check "$label page, mode $mode" "$(strategy page.h5) $(stock h5stat page.h5 | sed -n 's/File space page size: //p')" \
            'PAGE 65536 bytes'
        check "$label page, mode $mode: values" "$(stock h5dump -d y -o /dev/stdout -y page.h5 | tr -d ' \n' | grep -c '0,1,2,3,4,5,6,7')" 1
    done
    H5PAVE_PAGE=64K RUN "$python" -c "import h5py; h5py.File('page.h5', 'x')" 2>err || true
    check "$label page: a file that exists is left alone" "$(strategy page.h5) $(grep -c 'FileExistsError' err)" 'PAGE 1'
    H5PAVE_PAGE=64K RUN "$python" -c "import h5py; h5py.File('no/such/folder.h5', 'w')" 2>on.err || true
    "$python" -c "import h5py; h5py.File('no/such/folder.h5', 'w')" 2>off.err || true
    check "$label page: the same error for a folder that is missing" "$(diff on.err off.err)" ''
    H5PAVE_PAGE=64K H5PAVE_STATS=s.json RUN "$python" -c "
import h5py
for i, kw in enumerate((dict(userblock_size=1024), dict(libver=('earliest', 'v108')), dict(driver='split'),
                        dict(fs_strategy='none'), dict(fs_strategy='fsm', fs_persist=True), dict(driver='core'))):
    with h5py.File('kind%d.h5' % i, 'w', **kw) as f: f['x'] = range(9)
    with h5py.File('kind%d.h5' % i, 'r', driver=kw.get('driver')) as f: assert list(f['x']) == list(range(9))"
    check "$label page: left to the program, by reason" "$(for reason in userblock file_bounds_old driver chosen_by_program; do
        count s.json page:$reason; done | tr '\n' ' ')" '1 1 1 2 '
    check "$label page: a file of the core driver" "$(strategy kind5.h5) $(count s.json pages)" 'PAGE 1'
    check "$label page: a strategy that the program chose" "$(strategy kind3.h5)" NONE
    # 1.14 cannot open its own image of a file with a checksum in the superblock.
    check "$label page: the image of a file" "$(H5PAVE_PAGE=64K RUN "$python" -c "
import h5py
with h5py.File('image.h5', 'w') as f:
    f['x'] = range(9)
    f.flush()
    image = f.id.get_file_image()
print(h5py.File(h5py.h5f.open_file_image(image))['x'][...].tolist())" | tr -d ' ')" '[0,1,2,3,4,5,6,7,8]'
}

# 60 datasets in a file with pages, read by a driver that counts.
page_buffer() {
    H5PAVE_PAGE=256K RUN "$python" -c "
import h5py, numpy as np
with h5py.File('buffer.h5', 'w') as f:
    for i in range(60):
        f.create_dataset('g%d/x%d' % (i % 5, i), data=np.arange(9000) + i, chunks=(1000,), compression='gzip').attrs['i'] = i"
    cat >counting.py <<'END'
import h5py, io, numpy as np, sys
class Counting(io.FileIO):
    reads = 0
    def readinto(self, buffer):
        Counting.reads += 1
        return super().readinto(buffer)
seen = []
source = Counting('buffer.h5')
with h5py.File(source, 'r', **eval(sys.argv[1])) as f:
    f.visititems(lambda name, x: seen.append((x.attrs['i'], x.id.get_num_chunks())) if isinstance(x, h5py.Dataset) else None)
    metadata_reads = Counting.reads
    right = all(np.array_equal(f['g%d/x%d' % (i % 5, i)][...], np.arange(9000) + i) for i in range(60))
    print(sorted(seen) == [(i, 9) for i in range(60)], right, f.id.get_access_plist().get_page_buffer_size()[0])
print(metadata_reads, file=sys.stderr)
source.close()
END
    local keep auto
    check "$label page buffer, keep" "$(RUN "$python" counting.py '{}' 2>keep.err)" 'True True 0'
    check "$label page buffer, auto" "$(H5PAVE_CACHE=auto RUN "$python" counting.py '{}' 2>auto.err)" "True True $((16 << 20))"
    keep=$(cat keep.err) auto=$(cat auto.err)
    check "$label page buffer: reads of metadata, $keep without, $auto with" "$((auto * 10 < keep))" 1
    check "$label page buffer: one that the program set stays" \
        "$(H5PAVE_CACHE=auto RUN "$python" counting.py 'dict(page_buf_size=1 << 19)' 2>/dev/null)" "True True $((1 << 19))"
    check "$label page buffer: pages larger than it are not read whole" \
        "$(H5PAVE_CACHE=auto H5PAVE_MEM=1M RUN "$python" counting.py '{}' 2>/dev/null)" 'True True 0'
    H5PAVE_CACHE=auto H5PAVE_STATS=s.json RUN "$python" -c "
import h5py
with h5py.File('a.h5', 'w') as f: f['x'] = range(5)
with h5py.File('a.h5', 'r') as f: assert list(f['x']) == [0, 1, 2, 3, 4]
with h5py.File('buffer.h5', 'a') as f: assert f.id.get_access_plist().get_page_buffer_size()[0] == 0
try: h5py.File('missing.h5', 'r')
except FileNotFoundError: print('not found')" >out
    check "$label page buffer: none without pages, for writing, for a missing file" "$(cat out) $(count s.json page_buffer)" 'not found 0'
}

# By whatever way a dataset is opened, its cache fits and it is the right one.
caches_by_links() {
    H5PAVE_CACHE=auto RUN "$python" - <<'END' >links
import h5py, numpy as np
a = np.arange(400 * 8192, dtype='i4').reshape(400, 8192)
more = dict(chunks=a.shape, compression='lzf')
with h5py.File('far.h5', 'w') as f:
    f.create_dataset('g/x', data=a + 1, **more)
with h5py.File('near.h5', 'w') as f:
    f.create_dataset('g/x', data=a + 2, **more)
    f['far'] = h5py.ExternalLink('far.h5', '/g/x')
    f['soft'] = h5py.SoftLink('/g/x')
    f['hard'] = f['g/x']
    f['reference'] = f['g/x'].ref
    f.create_dataset('in_place', data=a, chunks=a.shape)
with h5py.File('near.h5') as f:
    for x in (f['far'], f['soft'], f['hard'], f['g/x'], f[f['reference'][()]], h5py.Dataset(h5py.h5d.open(f.id, b'g/x')),
              f['in_place']):
        difference = x[...] - a
        print(difference.min(), difference.max(), x.id.get_access_plist().get_chunk_cache()[1] >= a.nbytes)
END
    check "$label cache: of another file, soft, hard, path, reference, H5Dopen, unfiltered" "$(tr '\n' ' ' <links)" \
        '1 1 False 2 2 True 2 2 True 2 2 True 2 2 True 2 2 True 0 0 False '
}

presets_and_values_of_one_python() {
    presets_and_pipelines
    a_programs_filters_stay
    what_must_stay
    contiguous_needs_option_chunk
    values_are_the_same
    auto_leaves_what_does_not_shrink
    auto_takes_filters_back
    raw_chunks_are_refused
    a_damaged_chunk_is_found
    swmr_and_old_readers
    pages
    page_buffer
    caches_by_links
}

# 8 chunks of 8 MiB, two beside each other in a row; 64 rows are read.
caches() {
    local flavour=$1 name=${1%%=*}
    compile_c "$flavour" counting "$H5PAVE_SOURCE/tests/shell/counting_filter.c"
    check "$name cache: stock decodes for every row" "$(./counting c.h5 open | cut -d' ' -f1)" 128
    local way
    for way in open object; do
        check "$name cache=auto, $way: every chunk once, and the access list tells the size" \
            "$(H5PAVE_CACHE=auto RUN ./counting c.h5 $way)" "8 $((16 << 20))"
    done
    check "$name cache=keep" "$(RUN ./counting c.h5 open | cut -d' ' -f1)" 128
    check "$name cache=auto: a size that the program chose" "$(H5PAVE_CACHE=auto RUN ./counting c.h5 sized)" "128 $((2 << 20))"
    check "$name cache=auto: a size chosen for the file" "$(H5PAVE_CACHE=auto RUN ./counting c.h5 file_sized)" "128 $((3 << 20))"
    check "$name cache=auto: not beyond a quarter of mem" \
        "$(H5PAVE_CACHE=auto H5PAVE_MEM=16M RUN ./counting c.h5 open | cut -d' ' -f1)" 128
}

# Files of MPI jobs stay as the program asks.
mpi_is_left_alone() {
    local program=$H5PAVE_BUILD/mpi_tests/$1
    [ -x "$program" ] || return 0
    # shellcheck disable=SC2086 # a list of flags
    OMPI_MCA_btl_vader_single_copy_mechanism=none H5PAVE_FILTER=fast H5PAVE_CHECKSUM=1 H5PAVE_PAGE=1M \
        H5PAVE_CACHE=auto H5PAVE_STATS='mpi%r.json' RUN "$MPIEXEC" $MPIEXEC_FLAGS -n 2 "$program" mpi.h5 h5pave >mpi.out 2>&1
    check "MPI: the program's own checks" "$?" 0
    check "MPI: nothing was changed" "$(jq -c .amendments mpi0.json mpi1.json | sort -u)" '{}'
    check "MPI: counted" "$(jq '.pass_through | (."page:mpi_file" > 0) and (."filter:mpi_file" > 0)' mpi0.json)" true
}

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    presets_and_values_of_one_python
done
for flavour in $H5_FLAVOURS; do caches "$flavour"; done
mpi_is_left_alone collective_chunks_root
finish
