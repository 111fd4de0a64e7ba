#include "mpi_read.h"

#include <array>
#include <optional>

#include "guard.h"
#include "h5/error_stack.h"
#include "library_context.h"
#include "mpi_dataset.h"
#include "mpi_direct.h"
#include "mpi_files.h"
#include "mpi_overlay.h"
#include "mpi_pending.h"
#include "native_chunk_store.h"
#include "shared_dataset.h"
#include "transfer_plan.h"
#include "under_class.h"

namespace h5pave {

namespace {

constexpr Direction kRead = Direction::kRead;

ChunkIoResult failed() { return {ChunkIoResult::Kind::kFailed, {}, 0}; }

/// What one rank says about its part of a read.
struct Wish {
  std::string_view obstacle;  ///< Why only native HDF5 can read; or empty.
  bool gains = false;         ///< Enough is read of chunks that decoding them here pays.
};

Wish wish_of(const DatasetTransfer& transfer, const void* buffer, const Extent& extent) {
  if (extent.empty()) return {"empty_dataset"};
  if (has_data_transform(transfer.dxpl)) return {"data_transform"};
  const ChunkFormat& format = transfer.dataset.shared->facts().format();
  const TransferPlan plan = plan_transfer(extent, transfer.mem_space, transfer.file_space,
                                          H5Tget_size(transfer.mem_type));
  if (plan.native_reason == kNothingSelected) return {};
  const bool is_planned = plan.box || plan.selections || plan.native_reason == kMemoryShapeDiffers;
  if (!is_planned) return {plan.native_reason};
  if (buffer == nullptr) return {"no_buffer"};
  // Stock keeps what it decoded for smaller reads to come; we keep nothing that others may change.
  const std::uint64_t elements = selected_elements(transfer.mem_space, transfer.file_space)
                                     .value_or(element_count({{}, extent}));
  return {{}, elements >= chunk_elements(format) / 2};
}

bool read_natively(const DatasetTransfer& transfer, void* buffer, hid_t dxpl) {
  void* under = transfer.dataset.under;
  hid_t mem_type = transfer.mem_type;
  hid_t mem_space = transfer.mem_space;
  hid_t file_space = transfer.file_space;
  return call_slot(transfer.dataset.context->under_class().dataset_cls.read, std::size_t{1}, &under,
                   &mem_type, &mem_space, &file_space, dxpl, &buffer, nullptr) >= 0;
}

/// Decodes with this rank's threads; the end is kGiveUp where only native HDF5 can read. Nothing
/// stays in the cache: other ranks may change the file.
TransferEnd decode_here(const DatasetTransfer& transfer, const Extent& extent, void* buffer,
                        PhaseSeconds* seconds) noexcept {
  TransferEnd end{TransferEnd::Kind::kGiveUp, "out_of_memory", 0};
  tell([&] {
    const LibraryContext apart;
    SharedDataset& shared = *transfer.dataset.shared;
    NativeChunkStore store(transfer.dataset.context->under_class(), transfer.dataset.under,
                           shared.facts(), seconds);
    shared.cache().forget_all();
    const std::uint64_t before = shared.cache().chunks_decoded();
    end = read_chunks(transfer, extent, store, buffer, seconds, ReadAhead::kNo);
    end.direct_chunks += shared.cache().chunks_decoded() - before;
    shared.cache().forget_all();
  });
  if (end.kind == TransferEnd::Kind::kGiveUp) H5Eclear2(H5E_DEFAULT);
  return end;
}

ChunkIoResult result_of(const TransferEnd& end) {
  if (end.kind == TransferEnd::Kind::kFailed) return failed();
  return {ChunkIoResult::Kind::kDone, {}, end.direct_chunks};
}

void open_index_together(const SessionDataset& dataset) {  // collective
  const LibraryContext apart;
  NativeChunkStore store(dataset.context.under_class(), dataset.under, dataset.shared.facts(),
                         dataset.seconds);
  open_index(store, dataset.shared.facts());
}

ChunkIoResult read_collective(const DatasetTransfer& transfer, void* buffer, MpiFile& file,
                              PhaseSeconds* seconds) {  // collective
  Object& dataset = transfer.dataset;
  const SessionDataset session{*dataset.context,     dataset.under, *dataset.shared, file,
                               dataset.created_here, seconds};
  if (!commit_pending_of(session)) return failed();
  Extent extent;
  Wish wish{"out_of_memory"};
  tell([&] {  // The other ranks wait: nothing may be thrown.
    extent = session.shared.extent(dataset.under);
    wish = wish_of(transfer, buffer, extent);
  });
  std::array<std::int64_t, 2> wishes{wish.obstacle.empty() ? 0 : 1, wish.gains ? 1 : 0};
  if (!file.agreement->ranks().all_max(wishes)) wishes = {1, 0};
  if (!wish.obstacle.empty()) return leave_to_native(dataset, kRead, wish.obstacle);
  if (wishes[0] != 0) return leave_to_native(dataset, kRead, "another_rank_needs_native");
  if (wishes[1] == 0) return leave_to_native(dataset, kRead, "mpi_read_of_little");
  if (file.reads_metadata_together) open_index_together(session);
  TransferEnd end;
  if (selected_elements(transfer.mem_space, transfer.file_space) != 0U)
    end = decode_here(transfer, extent, buffer, seconds);
  if (!file.agreement->ranks().all_agree(end.kind != TransferEnd::Kind::kGiveUp))
    return leave_to_native(
        dataset, kRead,
        end.native_reason.empty() ? "another_rank_needs_native" : end.native_reason);
  const bool converts = !session.shared.facts().has_type(transfer.mem_type);
  const std::uint32_t moved_by = converts ? H5D_SCALAR_IO : H5D_VECTOR_IO;
  tell_in_list(transfer.dxpl, converts ? DoneAs::kConverted : DoneAs::kCollectiveChunks,
               Chunks::kFiltered, end.direct_chunks > 0 ? moved_by : 0U);
  return result_of(end);
}

ChunkIoResult read_independent(const DatasetTransfer& transfer, void* buffer, const MpiFile& file,
                               PhaseSeconds* seconds) {
  Object& dataset = transfer.dataset;
  std::optional<Extent> extent;
  Wish wish;
  {
    const LibraryContext apart;
    extent = dataset.shared->extent(dataset.under);
    wish = wish_of(transfer, buffer, *extent);
  }
  // libhdf5 would open the index with the ranks that read natively, see open_index().
  if (file.reads_metadata_together) wish.obstacle = "mpi_metadata_read_together";
  if (wish.obstacle.empty() && !wish.gains) wish.obstacle = "mpi_read_of_little";
  ChunkIoResult result{};
  if (wish.obstacle.empty()) {
    const TransferEnd end = decode_here(transfer, *extent, buffer, seconds);
    if (end.kind == TransferEnd::Kind::kGiveUp) wish.obstacle = end.native_reason;
    if (end.kind == TransferEnd::Kind::kDone)
      tell_in_list(transfer.dxpl, DoneAs::kIndependent, Chunks::kFiltered,
                   end.direct_chunks > 0 ? H5D_SCALAR_IO : 0U);
    result = result_of(end);
  }
  const bool overlays = dataset.shared->mpi().pending != nullptr && !extent->empty();
  if (!wish.obstacle.empty()) {
    if (!overlays) return leave_to_native(dataset, kRead, wish.obstacle);
    if (!read_natively(transfer, buffer, transfer.dxpl)) return failed();
  }
  if (result.kind == ChunkIoResult::Kind::kFailed || !overlays) return result;
  return overlay_pending(transfer, buffer) ? result : failed();
}

}  // namespace

ChunkIoResult read_in_mpi_file(const DatasetTransfer& transfer, void* buffer,
                               PhaseSeconds* seconds) {
  Object& dataset = transfer.dataset;
  const MpiDataset found = find_mpi_dataset(dataset);
  if (found.file == nullptr) return leave_to_native(dataset, kRead, found.native_reason);
  if (found.is_unfiltered) return read_unfiltered(transfer, buffer, *found.file);
  return is_collective(transfer.dxpl) ? read_collective(transfer, buffer, *found.file, seconds)
                                      : read_independent(transfer, buffer, *found.file, seconds);
}

}  // namespace h5pave
