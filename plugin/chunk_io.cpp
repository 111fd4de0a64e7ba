#include "chunk_io.h"

#include <H5VLnative.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "advisor/saturating.h"
#include "chunked_dataset.h"
#include "native_chunk_store.h"
#include "process.h"
#include "transfer_plan.h"

namespace h5pave {

namespace {

/// Set once the program wrote a chunk with a filter mask by itself.
std::atomic<bool> masked_chunk_written{false};

ChunkIoResult native(std::string_view reason) { return {reason, 0}; }

/// The dataset's facts, read at the first transfer of this handle.
ChunkedDataset& facts_of(Object& dataset) {
  if (dataset.chunked == nullptr)
    dataset.chunked =
        std::make_shared<ChunkedDataset>(dataset.context->under_class(), dataset.under);
  return *dataset.chunked;
}

/// Transfer lists with a data transform have no public evaluator.
bool has_data_transform(hid_t dxpl) {
  if (dxpl == H5P_DATASET_XFER_DEFAULT) return false;
  const bool transforms = H5Pget_data_transform(dxpl, nullptr, 0) > 0;
  H5Eclear2(H5E_DEFAULT);  // Without a transform the question is an error in 1.14.
  return transforms;
}

/// What stands against any transfer of this dataset.
std::string_view obstacle(const DatasetTransfer& transfer) {
  const Context& context = *transfer.dataset.context;
  if (!context.under_is_native()) return "connector_below_is_not_native";
  if (context.driver_is_mpi) return "mpi_file";
  if (context.swmr) return "swmr";
  const ChunkedDataset& facts = facts_of(transfer.dataset);
  if (!facts.obstacle().empty()) return facts.obstacle();
  if (!facts.has_type(transfer.mem_type)) return "type_conversion";
  if (has_data_transform(transfer.dxpl)) return "data_transform";
  return {};
}

/// The box of a transfer with the extent that it was checked against.
struct Checked {
  Extent extent;
  PlannedTransfer planned;
};

Checked check_selection(const DatasetTransfer& transfer) {
  const ChunkedDataset& facts = facts_of(transfer.dataset);
  Checked checked;
  checked.extent = facts.extent(transfer.dataset.context->under_class(), transfer.dataset.under);
  if (checked.extent.empty()) {
    checked.planned.reason = "empty_dataset";
    return checked;
  }
  checked.planned = plan_transfer(checked.extent, transfer.mem_space, transfer.file_space,
                                  facts.format().element_bytes);
  return checked;
}

/// Decoded bytes of all chunks that `box` touches.
std::uint64_t touched_bytes(const ChunkFormat& format, const Box& box) {
  return saturating_product(ChunkParts(box, format.chunk).count(), decoded_bytes(format));
}

/// Coordinates just past the last chunk of `box`.
Extent chunk_end(const ChunkFormat& format, const Box& box) {
  Extent end;
  for (std::size_t dim = 0; dim < format.chunk.size(); ++dim)
    end.push_back((box.start[dim] + box.length[dim] - 1) / format.chunk[dim] + 1);
  return end;
}

/// True when some dimension of `box` starts at or beyond what this handle wrote: its chunks are
/// new.
bool lies_beyond(const ChunkFormat& format, const Box& box, const Extent& written_end) {
  if (written_end.empty()) return true;
  for (std::size_t dim = 0; dim < format.chunk.size(); ++dim) {
    if (box.start[dim] / format.chunk[dim] >= written_end[dim]) return true;
  }
  return false;
}

void extend(Extent& written_end, const Extent& end) {
  if (written_end.empty()) written_end.assign(end.size(), 0);
  for (std::size_t dim = 0; dim < end.size(); ++dim)
    written_end[dim] = std::max(written_end[dim], end[dim]);
}

/// libhdf5 keeps a small dataset decoded in its chunk cache and encodes it once, however often it
/// is rewritten; h5pave encodes at every write. So small writes are taken only for new chunks of a
/// dataset that this handle created.
bool pays_to_write(const Object& dataset, const ChunkedDataset& facts, const Box& box) {
  if (touched_bytes(facts.format(), box) > facts.cache_bytes()) return true;
  return dataset.created_here && lies_beyond(facts.format(), box, facts.written_end);
}

/// The same for reads: what libhdf5 may have decoded already, or would keep, is its own.
bool pays_to_read(const ChunkedDataset& facts, const Box& box) {
  const std::uint64_t touched = touched_bytes(facts.format(), box);
  const std::uint64_t wanted = saturating_product(element_count(box), facts.format().element_bytes);
  return touched > facts.cache_bytes() && wanted >= touched / 2;
}

ChunkIoResult result_of(TransferEnd end, std::uint64_t chunks) {
  if (end == TransferEnd::kDone) return {{}, chunks};
  H5Eclear2(H5E_DEFAULT);
  return native(end == TransferEnd::kStoreFailed ? "chunk_write_failed" : "chunk_needs_native");
}

/// True when no stored chunk has a filter mask that a rewrite could meet. Masks of this process's
/// own native writes are told by their size; others come from H5Dwrite_chunk, here or in a former
/// run.
bool masks_are_safe(const Object& dataset, ChunkedDataset& facts, NativeChunkStore& store) {
  if (masked_chunk_written.load()) return false;
  if (!dataset.created_here && !facts.masks_checked) {
    facts.masks_found = store.any_masked();
    facts.masks_checked = true;
  }
  return !facts.masks_found;
}

}  // namespace

ChunkIoResult write_through_chunks(const DatasetTransfer& transfer, const void* buffer) {
  if (buffer == nullptr) return native("no_buffer");
  if (const std::string_view reason = obstacle(transfer); !reason.empty()) return native(reason);
  ChunkedDataset& facts = facts_of(transfer.dataset);
  const ChunkFormat& format = facts.format();
  const Checked checked = check_selection(transfer);
  if (!checked.planned.plan) return native(checked.planned.reason);
  const TransferPlan& plan = *checked.planned.plan;
  const bool pays = pays_to_write(transfer.dataset, facts, plan.box);
  extend(facts.written_end, chunk_end(format, plan.box));
  if (!covers_its_chunks(plan.box, format.chunk, checked.extent)) return native("partial_chunk");
  if (!pays) return native("fits_the_chunk_cache");
  NativeChunkStore store(transfer.dataset.context->under_class(), transfer.dataset.under);
  if (!masks_are_safe(transfer.dataset, facts, store)) return native("chunks_with_filter_mask");
  const MemoryBox<const std::byte> memory{static_cast<const std::byte*>(buffer), plan.memory};
  const Workshop workshop = Process::get().workshop(transfer.dataset.context->options());
  const TransferEnd end = write_chunks(format, checked.extent, plan.box, memory, workshop, store);
  return result_of(end, ChunkParts(plan.box, format.chunk).count());
}

ChunkIoResult read_through_chunks(const DatasetTransfer& transfer, void* buffer) {
  if (buffer == nullptr) return native("no_buffer");
  if (const std::string_view reason = obstacle(transfer); !reason.empty()) return native(reason);
  const ChunkedDataset& facts = facts_of(transfer.dataset);
  const Checked checked = check_selection(transfer);
  if (!checked.planned.plan) return native(checked.planned.reason);
  const TransferPlan& plan = *checked.planned.plan;
  if (!pays_to_read(facts, plan.box)) return native("fits_the_chunk_cache");
  NativeChunkStore store(transfer.dataset.context->under_class(), transfer.dataset.under);
  const MemoryBox<std::byte> memory{static_cast<std::byte*>(buffer), plan.memory};
  const Workshop workshop = Process::get().workshop(transfer.dataset.context->options());
  const TransferEnd end = read_chunks(facts.format(), plan.box, memory, workshop, store);
  return result_of(end, ChunkParts(plan.box, facts.format().chunk).count());
}

void note_raw_chunk_write(int operation, const void* arguments) {
  if (operation != H5VL_NATIVE_DATASET_CHUNK_WRITE || arguments == nullptr) return;
  if (NativeChunkStore::written_mask(arguments) != 0) masked_chunk_written.store(true);
}

}  // namespace h5pave
