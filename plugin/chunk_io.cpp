#include "chunk_io.h"

#include <H5VLnative.h>

#include <atomic>
#include <new>
#include <optional>

#include "coherence.h"
#include "dataset_registry.h"
#include "filter_withdrawal.h"
#include "h5/error_stack.h"
#include "library_context.h"
#include "mpi_read.h"
#include "mpi_write.h"
#include "native_chunk_store.h"
#include "process.h"
#include "transfer_plan.h"
#include "type_conversion.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// Set once the program wrote a chunk with a filter mask by itself.
std::atomic<bool> masked_chunk_written{false};

DatasetRegistry& registry_of(const Object& dataset) {
  return Process::get().datasets(dataset.context->options());
}

/// Contiguous storage that has a place in the file is told apart by one cheap question.
bool has_contiguous_place(const Object& dataset) {
  haddr_t address = HADDR_UNDEF;
  H5VL_native_dataset_optional_args_t native_args{};
  native_args.get_offset.offset = &address;
  H5VL_optional_args_t args{H5VL_NATIVE_DATASET_GET_OFFSET, &native_args};
  return ask_slot(dataset.context->under_class().dataset_cls.optional, dataset.under, &args,
                  static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) >= 0 &&
         address != HADDR_UNDEF;
}

/// What stands against any transfer of this dataset.
std::string_view obstacle(const DatasetTransfer& transfer, Direction direction) {
  Object& dataset = transfer.dataset;
  const Context& context = *dataset.context;
  if (!context.under_is_native()) return "connector_below_is_not_native";
  if (dataset.kind == DatasetKind::kUnknown) look_at(dataset);
  if (dataset.kind == DatasetKind::kNotChunked) return "not_chunked";
  if (dataset.kind == DatasetKind::kVirtual) return "virtual_dataset";
  if (dataset.shared == nullptr) return "unknown_dataset";
  if (context.swmr || registry_of(dataset).is_swmr(dataset.shared->key().file_number))
    return "swmr";
  if (const auto reason = dataset.shared->facts().obstacle(); !reason.empty()) return reason;
  const std::uint64_t elements =
      selected_elements(transfer.mem_space, transfer.file_space).value_or(~std::uint64_t{0});
  if (dataset.shared->is_one_of_many_tiny(elements, direction)) return "many_tiny_transfers";
  if (has_data_transform(transfer.dxpl)) return "data_transform";
  return {};
}

ChunkIoResult failed() { return {ChunkIoResult::Kind::kFailed, {}, 0}; }

/// A dataspace of our own, for H5S_ALL.
class WholeSpace {
 public:
  explicit WholeSpace(const Extent& extent)
      : id_(H5Screate_simple(static_cast<int>(extent.size()),
                             reinterpret_cast<const hsize_t*>(extent.data()), nullptr)) {}
  WholeSpace(const WholeSpace&) = delete;
  WholeSpace& operator=(const WholeSpace&) = delete;
  ~WholeSpace() {
    const SavedErrorStack saved;
    if (id_ >= 0) H5Sclose(id_);
  }

  hid_t id() const { return id_; }

 private:
  const hid_t id_;
};

/// The common part of both directions; `move_box` and `move_selections` run the transfer.
template <typename MoveBox, typename MoveSelections>
TransferEnd move(const DatasetTransfer& transfer, TransferTarget& target, MoveBox&& move_box,
                 MoveSelections&& move_selections) {
  const std::size_t memory_element_bytes = H5Tget_size(transfer.mem_type);
  std::optional<WholeSpace> whole;
  TransferPlan plan =
      plan_transfer(target.extent, transfer.mem_space, transfer.file_space, memory_element_bytes);
  if (plan.native_reason == kMemoryShapeDiffers) {
    whole.emplace(target.extent);
    plan = plan_transfer(target.extent, transfer.mem_space, whole->id(), memory_element_bytes);
  }
  if (plan.box) return move_box(target, *plan.box);
  if (plan.selections) return move_selections(target, *plan.selections);
  return {TransferEnd::Kind::kGiveUp, plan.native_reason, 0};
}

TransferEnd give_up(std::string_view reason) { return {TransferEnd::Kind::kGiveUp, reason, 0}; }

/// Turns the end of a transfer into the answer for the slot.
ChunkIoResult result_of(const DatasetTransfer& transfer, Direction direction,
                        const TransferEnd& end, std::uint64_t cached_chunks) {
  registry_of(transfer.dataset).note(*transfer.dataset.shared);
  if (transfer.dataset.shared->cache().is_dirty())
    Process::get().prepare_for_held_back_chunks(transfer.dataset.context->under_id());
  if (end.kind == TransferEnd::Kind::kFailed) return failed();
  if (end.kind == TransferEnd::Kind::kGiveUp) {
    H5Eclear2(H5E_DEFAULT);
    return leave_to_native(transfer.dataset, direction, end.native_reason);
  }
  return {ChunkIoResult::Kind::kDone, {}, end.direct_chunks + cached_chunks};
}

TransferEnd run_write(const DatasetTransfer& transfer, TransferTarget& target,
                      const std::byte* buffer) {
  return move(
      transfer, target,
      [&](const TransferTarget& to, const BoxPlan& plan) {
        return write_box(to, plan.box, {buffer, plan.memory});
      },
      [&](const TransferTarget& to, const SelectionPair& pair) {
        return write_selection(to, pair, buffer);
      });
}

/// Has the chunks decoded that the program will read next, if it reads in equal steps.
void read_ahead(SharedDataset& shared, const TransferTarget& target, const Box& box) {
  constexpr std::uint64_t kSmallestChunk = 16384;
  if (decoded_bytes(target.format) < kSmallestChunk || target.access.workshop.pool == nullptr)
    return;
  const std::size_t most = jobs_at_a_time(target.format, target.access.workshop);
  for (const Extent& offset :
       shared.read_pattern().after(box, target.extent, target.format.chunk, most))
    target.cache.prefetch(offset, target.access);
}

TransferEnd run_read(const DatasetTransfer& transfer, TransferTarget& target, std::byte* buffer,
                     ReadAhead ahead) {
  return move(
      transfer, target,
      [&](const TransferTarget& from, const BoxPlan& plan) {
        const TransferEnd end = read_box(from, plan.box, {buffer, plan.memory});
        if (end.kind == TransferEnd::Kind::kDone && ahead == ReadAhead::kYes)
          read_ahead(*transfer.dataset.shared, from, plan.box);
        return end;
      },
      [&](const TransferTarget& from, const SelectionPair& pair) {
        return read_selection(from, pair, buffer);
      });
}

/// The conversion of a transfer, unless the types are equal.
struct Conversion {
  std::unique_ptr<ElementConverter> converter;
  bool is_possible = true;
};

Conversion conversion_of(const DatasetTransfer& transfer, Direction direction) {
  const ChunkedDataset& facts = transfer.dataset.shared->facts();
  if (facts.has_type(transfer.mem_type)) return {};
  const bool writes = direction == Direction::kWrite;
  auto converter = make_conversion(writes ? transfer.mem_type : facts.type(),
                                   writes ? facts.type() : transfer.mem_type, transfer.dxpl);
  const bool possible = converter != nullptr;
  return {std::move(converter), possible};
}

}  // namespace

bool program_wrote_masks() { return masked_chunk_written.load(); }

bool masks_are_safe(const Object& dataset, ChunkedDataset& facts, NativeChunkStore& store) {
  if (masked_chunk_written.load()) return false;
  if (!dataset.created_here && !facts.masks_checked) {
    facts.masks_found = store.any_masked();
    facts.masks_checked = true;
  }
  return !facts.masks_found;
}

void look_at(Object& dataset) {
  const ApartFromCall apart(dataset);
  if (has_contiguous_place(dataset)) {
    dataset.kind = DatasetKind::kNotChunked;
    return;
  }
  switch (layout_of(dataset.context->under_class(), dataset.under)) {
    case H5D_CHUNKED:
      break;
    case H5D_VIRTUAL:
      dataset.kind = DatasetKind::kVirtual;
      return;
    default:
      dataset.kind = DatasetKind::kNotChunked;
      return;
  }
  dataset.shared = registry_of(dataset).shared(dataset.context->under_class(), dataset.under);
  if (dataset.shared != nullptr) dataset.kind = DatasetKind::kChunked;
}

bool has_data_transform(hid_t dxpl) {
  if (dxpl == H5P_DATASET_XFER_DEFAULT) return false;
  const QuietErrors quiet;
  const bool transforms = H5Pget_data_transform(dxpl, nullptr, 0) > 0;
  H5Eclear2(H5E_DEFAULT);  // Without a transform the question is an error in 1.14.
  return transforms;
}

ChunkIoResult leave_to_native(Object& dataset, Direction direction, std::string_view reason) {
  if (reason == kNothingSelected) return {ChunkIoResult::Kind::kNative, reason, 0};
  const NativeAccess access =
      direction == Direction::kWrite ? NativeAccess::kChange : NativeAccess::kObserve;
  const ApartFromCall apart(dataset);
  if (!settle_dataset(dataset, access)) return failed();
  return {ChunkIoResult::Kind::kNative, reason, 0};
}

ChunkIoResult write_through_chunks(const DatasetTransfer& transfer, const void* buffer,
                                   PhaseSeconds* seconds) {
  constexpr Direction kWrite = Direction::kWrite;
  if (transfer.dataset.context->driver_is_mpi) return write_in_mpi_file(transfer, buffer, seconds);
  if (buffer == nullptr) return leave_to_native(transfer.dataset, kWrite, "no_buffer");
  decide_filters(transfer, buffer);
  if (const std::string_view reason = obstacle(transfer, kWrite); !reason.empty())
    return leave_to_native(transfer.dataset, kWrite, reason);
  const std::shared_ptr<SharedDataset> shared = transfer.dataset.shared;
  const Extent extent = shared->extent(transfer.dataset.under);
  if (extent.empty()) return leave_to_native(transfer.dataset, kWrite, "empty_dataset");
  const Conversion conversion = conversion_of(transfer, kWrite);
  if (!conversion.is_possible) return leave_to_native(transfer.dataset, kWrite, "type_conversion");
  const H5VL_class_t& native = transfer.dataset.context->under_class();
  NativeChunkStore store(native, transfer.dataset.under, shared->facts(), seconds);
  if (!masks_are_safe(transfer.dataset, shared->facts(), store))
    return leave_to_native(transfer.dataset, kWrite, "chunks_with_filter_mask");
  shared->add_writer(&transfer.dataset);
  TransferTarget target{
      shared->facts().format(),
      extent,
      shared->cache(),
      {store, Process::get().workshop(transfer.dataset.context->options(), seconds)},
      conversion.converter.get()};
  const std::uint64_t before = shared->cache().chunks_encoded();
  TransferEnd end;
  try {
    end = run_write(transfer, target, static_cast<const std::byte*>(buffer));
  } catch (const std::bad_alloc&) {
    end = give_up("out_of_memory");
  }
  return result_of(transfer, kWrite, end, shared->cache().chunks_encoded() - before);
}

TransferEnd read_chunks(const DatasetTransfer& transfer, const Extent& extent, ChunkStore& store,
                        void* buffer, PhaseSeconds* seconds, ReadAhead read_ahead) {
  SharedDataset& shared = *transfer.dataset.shared;
  const Conversion conversion = conversion_of(transfer, Direction::kRead);
  if (!conversion.is_possible) return give_up("type_conversion");
  TransferTarget target{
      shared.facts().format(),
      extent,
      shared.cache(),
      {store, Process::get().workshop(transfer.dataset.context->options(), seconds)},
      conversion.converter.get()};
  try {
    return run_read(transfer, target, static_cast<std::byte*>(buffer), read_ahead);
  } catch (const std::bad_alloc&) {
    return give_up("out_of_memory");
  }
}

ChunkIoResult read_through_chunks(const DatasetTransfer& transfer, void* buffer,
                                  PhaseSeconds* seconds) {
  constexpr Direction kRead = Direction::kRead;
  if (transfer.dataset.context->driver_is_mpi) return read_in_mpi_file(transfer, buffer, seconds);
  if (buffer == nullptr) return leave_to_native(transfer.dataset, kRead, "no_buffer");
  if (const std::string_view reason = obstacle(transfer, kRead); !reason.empty())
    return leave_to_native(transfer.dataset, kRead, reason);
  const std::shared_ptr<SharedDataset> shared = transfer.dataset.shared;
  const Extent extent = shared->extent(transfer.dataset.under);
  if (extent.empty()) return leave_to_native(transfer.dataset, kRead, "empty_dataset");
  // Reading may write older chunks out: through a handle that wrote, if there is one.
  Object* const writer = shared->writer();
  NativeChunkStore store(transfer.dataset.context->under_class(),
                         writer != nullptr ? writer->under : transfer.dataset.under,
                         shared->facts(), seconds);
  const std::uint64_t before = shared->cache().chunks_decoded();
  const TransferEnd end = read_chunks(transfer, extent, store, buffer, seconds, ReadAhead::kYes);
  return result_of(transfer, kRead, end, shared->cache().chunks_decoded() - before);
}

void note_raw_chunk_write(int operation, const void* arguments) {
  if (operation != H5VL_NATIVE_DATASET_CHUNK_WRITE || arguments == nullptr) return;
  if (NativeChunkStore::written_mask(arguments) != 0) masked_chunk_written.store(true);
}

}  // namespace h5pave
