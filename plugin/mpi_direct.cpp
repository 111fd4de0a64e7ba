#include "mpi_direct.h"

#include <array>
#include <string>

#include "dataset_names.h"
#include "extent_limit.h"
#include "guard.h"
#include "h5/error_stack.h"
#include "library_context.h"
#include "mpi/direct_transfer.h"
#include "mpi_bytes.h"
#include "mpi_dataset.h"
#include "mpi_files.h"
#include "native_chunk_store.h"
#include "shared_dataset.h"
#include "transfer_plan.h"

namespace h5pave {

namespace {

// Smaller pieces and larger chunks are left to libhdf5, whose one large collective transfer is as
// good there. bench/run_mpi.sh measures 16 KB and 1 MB chunks.
constexpr std::uint64_t kLeastPieceBytes = 512;
constexpr std::uint64_t kMostChunkBytesTogether = std::uint64_t{128} << 10;

/// The places of all chunks are asked for when this share of them is touched.
constexpr std::uint64_t kMostChunksPerTouched = 64;

ChunkIoResult failed() { return {ChunkIoResult::Kind::kFailed, {}, 0}; }

/// What one rank can say of its part of a transfer.
struct DirectPart {
  std::string_view obstacle;      ///< Why only native HDF5 can do it; or empty.
  std::optional<BoxPlan> plan{};  ///< Nothing where nothing is selected.
  std::uint64_t piece_bytes = 0;
  std::uint64_t touched_chunks = 0;
};

DirectPart part_of_transfer(const DatasetTransfer& transfer, const void* buffer,
                            const Extent& extent) {
  const ChunkedDataset& facts = transfer.dataset.shared->facts();
  if (extent.empty()) return {"empty_dataset"};
  if (has_data_transform(transfer.dxpl)) return {"data_transform"};
  if (!facts.has_type(transfer.mem_type)) return {"type_conversion"};
  TransferPlan plan =
      plan_transfer(extent, transfer.mem_space, transfer.file_space, facts.format().element_bytes);
  if (plan.native_reason == kNothingSelected) return {};
  if (!plan.box) return {"not_a_box"};
  if (buffer == nullptr) return {"no_buffer"};
  DirectPart part;
  part.piece_bytes = least_piece_bytes(facts.format(), plan.box->box);
  part.touched_chunks = ChunkParts(plan.box->box, facts.format().chunk).count();
  part.plan = std::move(plan.box);
  return part;
}

/// The same; nothing is thrown, since other ranks may be waiting.
DirectPart safe_part(const DatasetTransfer& transfer, const void* buffer,
                     const Extent& extent) noexcept {
  DirectPart part{"out_of_memory"};
  tell([&] { part = part_of_transfer(transfer, buffer, extent); });
  return part;
}

bool is_worth_looking(const DatasetTransfer& transfer, const Extent& extent,
                      std::uint64_t touched_chunks) {
  const std::uint64_t chunks =
      ChunkPlaces::count(extent, transfer.dataset.shared->facts().format().chunk);
  return chunks / kMostChunksPerTouched <= touched_chunks &&
         chunks <= transfer.dataset.context->options().memory_bytes / 64;
}

/// Asks libhdf5 for the places of all chunks; none are kept when it lists them wrongly.
void find_places(const DatasetTransfer& transfer, const Extent& extent) noexcept {
  tell([&] {
    const LibraryContext apart;
    SharedDataset& shared = *transfer.dataset.shared;
    const Context& context = *transfer.dataset.context;
    auto places = std::make_unique<ChunkPlaces>(extent, shared.facts().format().chunk);
    NativeChunkStore store(context.under_class(), transfer.dataset.under, shared.facts(), nullptr);
    if (lists_chunks_rightly(transfer.dataset) && store.find_places(*places))
      shared.mpi().places = std::move(places);
  });
  H5Eclear2(H5E_DEFAULT);
}

ChunkIoResult fail_at(const DatasetTransfer& transfer, const char* what) {
  const DatasetName name =
      name_of(transfer.dataset.context->under_class(), transfer.dataset.under, H5I_DATASET);
  const std::string operation = std::string(what) + name.path + " in '" + name.file + "'";
  push_error(operation.c_str(), "MPI reported an error on some rank");
  return failed();
}

/// `move(places, plan)` moves the bytes; `what`: "write " or "read ".
template <typename Move>
ChunkIoResult transfer_alone(const DatasetTransfer& transfer, const void* buffer,
                             const MpiFile& file, Direction direction, const char* what,
                             Move&& move) {
  Object& dataset = transfer.dataset;
  SharedDataset& shared = *dataset.shared;
  const Extent& extent = shared.extent(dataset.under);
  const DirectPart part = part_of_transfer(transfer, buffer, extent);
  if (!part.obstacle.empty()) return leave_to_native(dataset, direction, part.obstacle);
  if (!part.plan) return leave_to_native(dataset, direction, kNothingSelected);
  if (part.piece_bytes < kLeastPieceBytes)
    return leave_to_native(dataset, direction, "mpi_small_pieces");
  // libhdf5 would open the index with the ranks that go natively, see open_index().
  if (file.reads_metadata_together)
    return leave_to_native(dataset, direction, "mpi_metadata_read_together");
  if (shared.mpi().places == nullptr) {
    if (!is_worth_looking(transfer, extent, part.touched_chunks))
      return leave_to_native(dataset, direction, "mpi_few_chunks");
    find_places(transfer, extent);
  }
  const ChunkPlaces* const places = shared.mpi().places.get();
  if (places == nullptr || !all_have_places(*places, shared.facts().format(), part.plan->box))
    return leave_to_native(dataset, direction, "chunk_without_place");
  if (!move(*places, *part.plan)) return fail_at(transfer, what);
  tell_in_list(transfer.dxpl, DoneAs::kIndependent, Chunks::kPlain, H5D_SELECTION_IO);
  return {ChunkIoResult::Kind::kDone, {}, part.touched_chunks};
}

/// The same in a call of all ranks.
template <typename Move>
ChunkIoResult transfer_together(const DatasetTransfer& transfer, const void* buffer, MpiFile& file,
                                Direction direction, const char* what,
                                Move&& move) {  // collective
  Object& dataset = transfer.dataset;
  SharedDataset& shared = *dataset.shared;
  Communicator& ranks = file.agreement->ranks();
  Extent extent;
  tell([&] { extent = shared.extent(dataset.under); });
  const DirectPart part = safe_part(transfer, buffer, extent);
  const bool is_small = !part.plan || part.piece_bytes < kLeastPieceBytes ||
                        decoded_bytes(shared.facts().format()) > kMostChunkBytesTogether;
  const bool gains =
      part.plan && !is_small &&
      (shared.mpi().places != nullptr || is_worth_looking(transfer, extent, part.touched_chunks));
  std::array<std::int64_t, 3> verdict{part.obstacle.empty() && (gains || !part.plan) ? 0 : 1,
                                      gains ? 1 : 0, shared.mpi().places == nullptr ? 1 : 0};
  if (!ranks.all_max(verdict)) verdict = {1, 0, 0};
  if (!part.obstacle.empty()) return leave_to_native(dataset, direction, part.obstacle);
  if (verdict[0] != 0 || verdict[1] == 0)
    return leave_to_native(dataset, direction, "mpi_stock_is_as_fast");
  if (verdict[2] != 0) find_places(transfer, extent);
  const ChunkPlaces* const places = shared.mpi().places.get();
  bool is_ready = false;
  tell([&] {
    is_ready = places != nullptr &&
               (!part.plan || all_have_places(*places, shared.facts().format(), part.plan->box));
  });
  if (!ranks.all_agree(is_ready)) return leave_to_native(dataset, direction, "chunk_without_place");
  bool moved = !part.plan;
  tell([&] { moved = moved || move(*places, *part.plan); });
  if (!ranks.all_agree(moved)) return fail_at(transfer, what);
  tell_in_list(transfer.dxpl, DoneAs::kCollectiveChunks, Chunks::kPlain,
               part.plan ? H5D_SELECTION_IO : 0U);
  return {ChunkIoResult::Kind::kDone, {}, part.touched_chunks};
}

template <typename Move>
ChunkIoResult transfer_unfiltered(const DatasetTransfer& transfer, const void* buffer,
                                  MpiFile& file, Direction direction, const char* what,
                                  Move&& move) {
  return is_collective(transfer.dxpl)
             ? transfer_together(transfer, buffer, file, direction, what, move)
             : transfer_alone(transfer, buffer, file, direction, what, move);
}

}  // namespace

ChunkIoResult write_unfiltered(const DatasetTransfer& transfer, const void* buffer, MpiFile& file) {
  const ChunkFormat& format = transfer.dataset.shared->facts().format();
  MpiBytes bytes(*file.tapped);
  return transfer_unfiltered(
      transfer, buffer, file, Direction::kWrite, "write ",
      [&](const ChunkPlaces& places, const BoxPlan& plan) {
        const MemoryBox<const std::byte> memory{static_cast<const std::byte*>(buffer), plan.memory};
        return write_directly(places, format, plan.box, memory, file.staging, bytes);
      });
}

ChunkIoResult read_unfiltered(const DatasetTransfer& transfer, void* buffer, MpiFile& file) {
  const ChunkFormat& format = transfer.dataset.shared->facts().format();
  MpiBytes bytes(*file.tapped);
  return transfer_unfiltered(
      transfer, buffer, file, Direction::kRead, "read ",
      [&](const ChunkPlaces& places, const BoxPlan& plan) {
        const MemoryBox<std::byte> memory{static_cast<std::byte*>(buffer), plan.memory};
        return read_directly(places, format, plan.box, memory, file.staging, bytes);
      });
}

}  // namespace h5pave
