"""Shows that the random programs catch bugs: plants one after the other in a copy of the sources,
builds the plugin, and runs the programs until they differ from stock HDF5. Bugs of the MPI writer are for
the random MPI programs, which know what must be read.

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
    ("chunk border missed by a run", "src/plan/chunk_numbers.cpp",
     "row.count = std::min({row.count, extent_[dim] - coordinate, chunk_[dim] - at});",
     "row.count = std::min(row.count, extent_[dim] - coordinate);"),
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

MPI_BUGS = [
    ("other ranks' pieces of a chunk dropped", "src/mpi/round_encoder.cpp",
     "for (; next != last; ++next) apply(next->second.piece, raw);", ""),
    ("old chunk not read before a part is written", "src/mpi/round_encoder.cpp", "if (!is_replaced(planned))",
     "if (false)"),
    ("independent writes not stored", "plugin/mpi_pending.cpp", "    source = shared.mpi().pending.get();\n", ""),
    ("joined intervals end too early", "src/mpi/pending_chunks.cpp", "last = std::max(last, next->second);", ""),
    ("own independent writes not seen", "plugin/mpi_read.cpp",
     "return overlay_pending(transfer, buffer) ? result : failed();", "return result;"),
    ("independent writes not stored before a resize", "plugin/dataset_lifecycle.cpp",
     "return commit_pending_in(dataset, H5I_DATASET) &&\n             settle_for_extent", "return settle_for_extent"),
    ("places kept after a resize", "plugin/shared_dataset.h", "    mpi_.places.reset();\n", ""),
    ("place inside the chunk forgotten", "src/mpi/direct_transfer.cpp", "{address + inside,", "{address,"),
    ("wrongly listed chunks believed", "plugin/extent_limit.cpp",
     "if (*index != IndexKind::kExtensibleArray) return true;", "if (index) return true;"),
    ("data transform forgotten", "plugin/mpi_source.cpp", "if (has_data_transform(transfer.dxpl)) {", "if (false) {"),
    ("one rank's chunks written to another's places", "src/mpi/collective_write.cpp",
     "work.encoder->encoded()[own]});", "work.encoder->encoded()[0]});"),
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


def caught_by_ranks(source, build_folder, plugin, _):
    """The random MPI programs at 2 and 3 ranks, and the program for what those do not meet; a hang is a find, too."""
    settings = dict(line.split("=", 1) for line in (build_folder / "testenv.sh").read_text().splitlines()
                    if "=" in line)
    start = settings["MPIEXEC"].strip("'"), *settings["MPIEXEC_FLAGS"].strip("'").split()
    environment = dict(os.environ, HDF5_PLUGIN_PATH=str(plugin), HDF5_VOL_CONNECTOR="h5pave",
                       OMPI_MCA_btl_vader_single_copy_mechanism="none", OMPI_MCA_mpi_yield_when_idle="1",
                       OMPI_MCA_io="^ompio")
    random, directed = (next((build_folder / "mpi_tests").glob(f"{name}_*[!5]"))
                        for name in ("random_writes", "unlimited_later"))
    for ranks in "2", "3":
        start_ranks = *start, "-n", ranks
        for command in ([*start_ranks, directed, plugin.parent / "directed.h5", "h5pave"],
                        *(["bash", source / "mpi_tests/random_test.sh", random, kind, "1", "60", *start_ranks]
                          for kind in ("filtered", "unfiltered"))):
            done = subprocess.run(["timeout", "200", *command], env=environment, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL)
            if done.returncode:
                return True, done.stdout + done.stderr
    return False, ""


def check_list(source):
    bugs = BUGS + MPI_BUGS
    stale = [(name, file) for name, file, old, _ in bugs if (source / file).read_text("utf-8").count(old) != 1]
    for name, file in stale:
        print(f"'{name}': its text does not occur once in {file}; update this list")
    print(f"{len(bugs) - len(stale)} of {len(bugs)} bugs can be planted")
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
    wanted = [(bug, finder) for finder, bugs in ((caught, BUGS), (caught_by_ranks, MPI_BUGS)) for bug in bugs
              if not sys.argv[4:] or any(word in bug[0] for word in sys.argv[4:])]
    for finder in sorted({finder for _, finder in wanted}, key=lambda function: function.__name__):
        found, text = finder(source, build_folder, folder / "plugin", programs)
        if found:
            sys.exit(f"the programs differ without any planted bug:\n{text}")
    print("no bug planted: the programs are the same", flush=True)
    missed = 0
    for (name, file, old, new), finder in wanted:
        path = copy / file
        text = path.read_text()
        path.write_text(text.replace(old, new))
        build(copy, folder)
        found, _ = finder(source, build_folder, folder / "plugin", programs)
        print(f"{'caught' if found else 'MISSED'}: {name}", flush=True)
        missed += not found
        path.write_text(text)
    print(f"{len(wanted) - missed} of {len(wanted)} planted bugs caught")
    sys.exit(missed > 0)


main()
