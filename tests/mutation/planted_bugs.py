"""Shows that the random programs catch bugs: plants one after the other in a copy of the sources,
builds the plugin, and runs the programs until they differ from stock HDF5.

usage: planted_bugs.py SOURCE BUILD [PROGRAMS [WORD]…]    BUILD: a build folder with testenv.sh (scripts/setup.sh);
                                                  PROGRAMS per bug and HDF5 version, 600 unless given;
                                                  then words of the names of the bugs wanted
       planted_bugs.py SOURCE                     only checks that every bug can still be planted

Takes about half an hour on two cores. Ends with the number of bugs caught; its exit status is 1 if any was not.
"""

import os
import pathlib
import shutil
import subprocess
import sys

# name, file, the text that is replaced (it must occur once), what replaces it
BUGS = [
    ("memory offset ignored", "plugin/transfer_plan.cpp", "dense.first = layout.first;", "dense.first = 0;"),
    ("new chunk not filled", "src/cache/chunk_cache.cpp", "fill_with(made.chunk->raw, format_.fill);",
     "fill_with(made.chunk->raw, std::vector<std::byte>(format_.element_bytes, std::byte{0x5A}));"),
    ("fill value taken for zero", "plugin/chunked_dataset.cpp", "(status == H5D_FILL_VALUE_USER_DEFINED &&",
     "(false &&"),
    ("background lost", "plugin/type_conversion.cpp", "facts->need_bkg != H5T_BKG_NO", "false"),
    ("no flush before the extent shrinks", "plugin/coherence.cpp",
     "return !must_settle || settle_dataset(dataset, NativeAccess::kChange);", "return must_settle || true;"),
    ("extent not asked again after a resize", "plugin/coherence.cpp",
     "  held->forget_extent();\n  return !must_settle", "  return !must_settle"),
    ("stale cache after H5Dwrite_chunk", "plugin/chunk_queries.cpp",
     "settle_dataset(*known, NativeAccess::kChange)", "settle_dataset(*known, NativeAccess::kObserve)"),
    ("second handle not seen", "plugin/dataset_registry.cpp",
     "if (auto alive = known->second.lock(); alive != nullptr) return alive;", ""),
    ("close does not flush", "plugin/coherence.cpp", "const bool settled = shared.has_writer_besides(&dataset) || flush_for_the_last_time(shared);",
     "const bool settled = true;"),
    ("storage size not settled", "plugin/chunk_queries.cpp", "observes_chunks(*args) &&", "false &&"),
    ("virtual dataset reads old data", "plugin/coherence.cpp",
     "if (dataset.kind == DatasetKind::kVirtual) return settle_all();",
     "if (dataset.kind == DatasetKind::kVirtual) return true;"),
    ("partial chunk taken for a whole one", "src/transfer/box_write.cpp",
     "return is_whole(format_, part) ? target_.cache.blank", "return true ? target_.cache.blank"),
    ("chunk border missed by a run", "plugin/selection_transfer.cpp",
     "run = std::min({run, extent_[dim] - coordinate, format_.chunk[dim] - at});",
     "run = std::min(run, extent_[dim] - coordinate);"),
    ("one dimension's start forgotten in memory", "src/transfer/part_layout.cpp",
     "static_cast<std::ptrdiff_t>(part.start[dim] - box.start[dim]);",
     "static_cast<std::ptrdiff_t>(dim == 1 ? 0 : part.start[dim] - box.start[dim]);"),
    ("chunk changed while it is being encoded", "src/cache/chunk_cache.cpp",
     "if (!settle(*chunk, access) || chunk->is_masked) return", "if (chunk->is_masked) return"),
    ("encoded chunk left in a buffer that the next job uses", "src/commit/stored_chunk.cpp",
     "= codec.move_encoded(slot.encoded);", "= made;"),
    ("part read of a chunk keeps the old one", "src/cache/chunk_cache.cpp",
     "  if (chunk.state == CachedChunk::State::kDirty) return;",
     "  if (chunk.state == CachedChunk::State::kDirty || chunk.elements_read > 0) return;"),
]


def build(copy, folder):
    done = subprocess.run(["ninja", "-C", folder, "h5pave_plugin"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"a planted bug does not compile:\n{done.stdout[-3000:]}")


def caught(source, build_folder, plugin, programs):
    environment = dict(os.environ, H5PAVE_BUILD=str(build_folder), H5PAVE_BUILT_PLUGIN_DIR=str(plugin),
                       H5PAVE_TEST_SHRINK="0")
    test = source / "tests/h5py/random_programs_test.sh"
    done = subprocess.run(["bash", test, "1", programs], env=environment, capture_output=True, text=True)
    return done.returncode != 0, done.stdout


def check_list(source):
    stale = [(name, file) for name, file, old, _ in BUGS if (source / file).read_text("utf-8").count(old) != 1]
    for name, file in stale:
        print(f"'{name}': its text does not occur once in {file}; update this list")
    print(f"{len(BUGS) - len(stale)} of {len(BUGS)} bugs can be planted")
    return not stale


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    if not check_list(source):
        sys.exit(1)
    if len(sys.argv) == 2:
        return
    build_folder = pathlib.Path(sys.argv[2]).resolve()
    programs = sys.argv[3] if len(sys.argv) > 3 else "600"
    copy = build_folder / "mutation/source"
    shutil.rmtree(copy, ignore_errors=True)
    # Fresh modification times: what an earlier run planted must be built anew.
    shutil.copytree(source, copy, copy_function=shutil.copy, ignore=shutil.ignore_patterns("build*", ".git"))
    folder = build_folder / "mutation/build"
    root = next(line for line in (build_folder / "CMakeCache.txt").read_text().splitlines()
                if line.startswith("HDF5_ROOT"))
    subprocess.run(["cmake", "-S", copy, "-B", folder, "-G", "Ninja", "-DH5PAVE_TESTS=OFF",
                    f"-DHDF5_ROOT={root.split('=', 1)[1]}"], check=True, stdout=subprocess.DEVNULL)
    build(copy, folder)
    found, text = caught(source, build_folder, folder / "plugin", programs)
    if found:
        sys.exit(f"the programs differ without any planted bug:\n{text}")
    print(f"no bug planted: {programs} programs are the same", flush=True)
    bugs = [bug for bug in BUGS if not sys.argv[4:] or any(word in bug[0] for word in sys.argv[4:])]
    missed = 0
    for name, file, old, new in bugs:
        path = copy / file
        text = path.read_text()
        path.write_text(text.replace(old, new))
        build(copy, folder)
        found, _ = caught(source, build_folder, folder / "plugin", programs)
        print(f"{'caught' if found else 'MISSED'}: {name}", flush=True)
        missed += not found
        path.write_text(text)
    print(f"{len(bugs) - missed} of {len(bugs)} planted bugs caught")
    sys.exit(missed > 0)


main()
