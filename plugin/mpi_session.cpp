#include "mpi_session.h"

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "chunk_io.h"
#include "dataset_names.h"
#include "guard.h"
#include "h5/error_stack.h"
#include "library_context.h"
#include "library_store.h"
#include "mpi_bytes.h"
#include "mpi_dataset.h"
#include "mpi_files.h"
#include "mpi_verdicts.h"
#include "process.h"

namespace h5pave {

namespace {

/// FNV-1a of what must be the same on all ranks.
std::uint64_t fingerprint(const SharedDataset& dataset, const Extent& extent) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&hash](std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      hash = (hash ^ (number >> shift & 0xffU)) * 0x100000001b3U;
  };
  for (const std::uint8_t byte : dataset.key().token) add(byte);
  for (const std::uint64_t length : extent) add(length);
  return hash;
}

/// Looks once for stored chunks with a filter mask. Where all ranks read metadata together, all of
/// them look if one has to.
void look_for_masks(const SessionDataset& dataset) noexcept {  // collective
  ChunkedDataset& facts = dataset.shared.facts();
  std::int64_t must_look = dataset.is_new || facts.masks_checked ? 0 : 1;
  if (dataset.file.reads_metadata_together)
    static_cast<void>(dataset.file.agreement->ranks().all_max({&must_look, 1}));
  std::optional<LibraryContext> apart;
  tell([&] { apart.emplace(); });
  NativeChunkStore stored(dataset.context.under_class(), dataset.under, facts, dataset.seconds);
  if (dataset.file.reads_metadata_together) open_index(stored, facts);
  if (must_look == 0) return;
  facts.masks_found = stored.any_masked();
  facts.masks_checked = true;
}

/// What a rank needs to join.
struct Tools {
  std::optional<ChunkNumbers> numbers;
  std::unique_ptr<LibraryStore> store;
  std::optional<Workshop> workshop;
  UnplacedChunks* unplaced = nullptr;
};

/// Nothing is thrown: the other ranks wait.
Verdict make_tools(const SessionDataset& dataset, const Extent& extent, Tools& tools) noexcept {
  Verdict verdict = kJoin;
  try {
    ChunkedDataset& facts = dataset.shared.facts();
    const H5VL_class_t& native = dataset.context.under_class();
    tools.workshop.emplace(Process::get().workshop(dataset.context.options(), dataset.seconds));
    tools.numbers.emplace(extent, facts.format().chunk);
    tools.store =
        std::make_unique<LibraryStore>(native, dataset.under, facts, dataset.file, dataset.seconds);
    tools.unplaced = &dataset.file.unplaced[dataset.shared.key().token];
  } catch (const std::bad_alloc&) {
    verdict = kOutOfMemory;
  } catch (const std::exception&) {
    verdict = kChunkNeedsNative;
  }
  H5Eclear2(H5E_DEFAULT);
  return verdict;
}

std::string cause_of_damage(const Extent& offset) {
  std::string place;
  for (const std::uint64_t start : offset)
    place += (place.empty() ? "" : ", ") + std::to_string(start);
  return "the stored chunk at [" + place +
         "], of which this writes a part, cannot be read or decoded; it was not written. `h5pave "
         "check FILE` finds such chunks; a rank that writes all of it replaces it";
}

}  // namespace

CollectiveEnd run_session(const SessionDataset& dataset, const Extent& extent, Verdict verdict,
                          const WriteSource* source) {
  MpiFile& file = dataset.file;
  Communicator& ranks = file.agreement->ranks();
  if (!settle_unplaced(dataset.shared, file)) verdict = std::max(verdict, kStillUnplaced);
  look_for_masks(dataset);
  Tools tools;
  if (verdict == kJoin) verdict = make_tools(dataset, extent, tools);
  if (verdict != kJoin) return refuse_to_write(ranks, file.openings, verdict);
  const CollectiveSetting setting{
      ranks,          file.openings,   *tools.store, dataset.shared.facts().format(),
      *tools.numbers, *tools.workshop, file.room,    file.staging,
      *tools.unplaced};
  const Opening opening{kJoin, fingerprint(dataset.shared, extent),
                        dataset.shared.facts().masks_found || program_wrote_masks()};
  const CollectiveEnd end = write_collectively(setting, opening, *source);
  if (end.has_placed) dataset.shared.mpi().had_session = true;
  if (end.kind == CollectiveEnd::Kind::kPoisoned) file.is_poisoned = true;
  return end;
}

bool settle_unplaced(const SharedDataset& dataset, MpiFile& file) noexcept {
  const auto kept = file.unplaced.find(dataset.key().token);
  if (kept == file.unplaced.end()) return true;
  MpiBytes bytes(*file.tapped);
  return kept->second.place_again(bytes);
}

void open_index(ChunkStore& store, const ChunkedDataset& facts) noexcept {
  tell([&] { static_cast<void>(store.stored_bytes(Extent(facts.format().chunk.size(), 0))); });
}

void open_index_for_resize(Object& dataset) noexcept {
  if (!dataset.context->driver_is_mpi) return;
  tell([&] {
    const LibraryContext apart;
    if (find_mpi_dataset(dataset).file == nullptr) return;
    ChunkedDataset& facts = dataset.shared->facts();
    NativeChunkStore store(dataset.context->under_class(), dataset.under, facts, nullptr);
    open_index(store, facts);
  });
  H5Eclear2(H5E_DEFAULT);
}

void push_session_error(const SessionDataset& dataset, const char* cause) {
  const DatasetName name = name_of(dataset.context.under_class(), dataset.under, H5I_DATASET);
  const std::string operation =
      "write " + name.path + " in '" + name.file + "' together with the other ranks";
  push_error(operation.c_str(), cause);
}

std::string cause_of(const CollectiveEnd& end) {
  switch (end.kind) {
    case CollectiveEnd::Kind::kFailed:
      return std::string(error_of(end.verdict));
    case CollectiveEnd::Kind::kIncomplete:
      return "some rank could not write its chunks to the file; it keeps them encoded, and the "
             "next H5Fflush or H5Fclose of all ranks tries again";
    case CollectiveEnd::Kind::kPoisoned:
      return "libhdf5 failed, or memory ran out, on some rank in the middle of the write; "
             "this file takes no more writes";
    default:
      break;
  }
  if (end.verdict == kDamagedChunk) return cause_of_damage(end.damaged_chunk);
  return "the ranks cannot write together (" + std::string(reason_of(end.verdict)) + ")";
}

}  // namespace h5pave
