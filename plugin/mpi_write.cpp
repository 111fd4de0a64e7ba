#include "mpi_write.h"

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "dataset_names.h"
#include "h5/error_stack.h"
#include "library_store.h"
#include "mpi/write_source.h"
#include "mpi_files.h"
#include "mpi_library.h"
#include "process.h"
#include "selection_source.h"
#include "transfer_plan.h"
#include "type_conversion.h"

namespace h5pave {

namespace {

constexpr Direction kWrite = Direction::kWrite;

/// The counted reasons behind the verdicts that are ours: kFirstOwnReason + place.
constexpr std::array<std::string_view, 7> kReasons{"data_transform",
                                                   "chunks_with_filter_mask",
                                                   "type_conversion",
                                                   "empty_dataset",
                                                   "block_or_plist_space",
                                                   "file_space_differs_from_the_dataset",
                                                   "unknown_dataset"};

/// The errors behind the verdicts from kFail on: what must fail on all ranks.
constexpr std::array<std::string_view, 4> kErrors{
    "MPI reported an error, or libhdf5 could not allocate the dataset's storage on some rank",
    "the selections in memory and in the file differ in size on some rank",
    "a selection lies outside its dataspace on some rank", "some rank gave no buffer"};

Verdict verdict_of(std::string_view reason) {
  if (reason == "selections_differ_in_size") return kFail + 1;
  if (reason == "selection_outside_its_space") return kFail + 2;
  if (reason == "no_buffer") return kFail + 3;
  const auto* const found = std::find(kReasons.begin(), kReasons.end(), reason);
  if (found == kReasons.end()) return kFirstOwnReason + static_cast<Verdict>(kReasons.size()) - 1;
  return kFirstOwnReason + (found - kReasons.begin());
}

std::string_view reason_of(Verdict verdict) {
  switch (verdict) {
    case kOutOfMemory:
      return "out_of_memory";
    case kChunkNeedsNative:
      return "chunk_needs_native";
    case kRanksDiffer:
      return "ranks_write_different_datasets";
    default:
      return kReasons.at(static_cast<std::size_t>(verdict - kFirstOwnReason));
  }
}

bool is_collective(hid_t dxpl) {
  H5FD_mpio_xfer_t mode = H5FD_MPIO_INDEPENDENT;
  return dxpl != static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT) &&
         mpi_library().calls.get_dxpl_mpio(dxpl, &mode) >= 0 && mode == H5FD_MPIO_COLLECTIVE;
}

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

/// What one rank brings to a collective write.
struct Part {
  Verdict verdict = kJoin;
  std::unique_ptr<WriteSource> source;
  std::optional<ChunkNumbers> numbers;
  std::unique_ptr<LibraryStore> store;
  std::optional<Workshop> workshop;
};

/// H5S_BLOCK in memory stands for as many elements in a row as the file selection has.
class BlockSpace {
 public:
  explicit BlockSpace(hid_t file_space, const Extent& extent) {
    hsize_t elements = element_count({{}, extent});
    if (file_space != H5S_ALL)
      elements = static_cast<hsize_t>(std::max<hssize_t>(H5Sget_select_npoints(file_space), 0));
    id_ = H5Screate_simple(1, &elements, nullptr);
    if (id_ < 0) throw std::runtime_error("libhdf5 gives no dataspace");
  }
  BlockSpace(const BlockSpace&) = delete;
  BlockSpace& operator=(const BlockSpace&) = delete;
  ~BlockSpace() {
    const SavedErrorStack saved;
    H5Sclose(id_);
  }

  hid_t id() const { return id_; }

 private:
  hid_t id_;
};

/// True for H5S_BLOCK in memory beside a file selection that is a dataspace or H5S_ALL; libhdf5
/// hands the former on as the number 1, and H5S_PLIST as 2.
bool has_block_memory(const DatasetTransfer& transfer) {
  constexpr hid_t kBlock = 1;
  constexpr hid_t kLastNumber = 2;
  return transfer.mem_space == kBlock &&
         (transfer.file_space == H5S_ALL || transfer.file_space > kLastNumber);
}

/// The elements of a transfer. Throws std::bad_alloc or std::runtime_error.
Verdict find_source(const DatasetTransfer& transfer, const std::byte* buffer, const Extent& extent,
                    Part& part) {
  const ChunkedDataset& facts = transfer.dataset.shared->facts();
  if (has_data_transform(transfer.dxpl)) return verdict_of("data_transform");
  const std::size_t memory_element_bytes = H5Tget_size(transfer.mem_type);
  TransferPlan plan =
      plan_transfer(extent, transfer.mem_space, transfer.file_space, memory_element_bytes);
  const bool is_planned = plan.box || plan.selections || plan.native_reason == kMemoryShapeDiffers;
  if (plan.native_reason == kNothingSelected) {
    part.source = std::make_unique<NoSource>();
    return kJoin;
  }
  if (!is_planned) return verdict_of(plan.native_reason);
  if (buffer == nullptr) return verdict_of("no_buffer");
  const bool converts = !facts.has_type(transfer.mem_type);
  if (plan.box && !converts) {
    part.source = std::make_unique<BoxSource>(facts.format(), extent, std::move(plan.box->box),
                                              buffer, std::move(plan.box->memory));
    return kJoin;
  }
  const auto converter =
      converts ? make_conversion(transfer.mem_type, facts.type(), transfer.dxpl) : nullptr;
  // A background would be the old chunks' content, which other ranks may write as well.
  if (converts && (converter == nullptr || converter->needs_background()))
    return verdict_of("type_conversion");
  part.source = gather_selection(transfer, buffer, extent, converter.get());
  return kJoin;
}

/// All that a rank can find out alone. Nothing is thrown: the other ranks wait.
Part part_of(const DatasetTransfer& transfer, const void* buffer, const Extent& extent,
             MpiFile& file, PhaseSeconds* seconds) noexcept {
  Part part;
  try {
    if (extent.empty()) {
      part.verdict = verdict_of("empty_dataset");
      return part;
    }
    const Context& context = *transfer.dataset.context;
    ChunkedDataset& facts = transfer.dataset.shared->facts();
    part.workshop.emplace(Process::get().workshop(context.options(), seconds));
    part.numbers.emplace(extent, facts.format().chunk);
    DatasetTransfer planned = transfer;
    std::optional<BlockSpace> block;
    if (has_block_memory(transfer))
      planned.mem_space = block.emplace(transfer.file_space, extent).id();
    part.verdict = find_source(planned, static_cast<const std::byte*>(buffer), extent, part);
    part.store = std::make_unique<LibraryStore>(context.under_class(), transfer.dataset.under,
                                                facts, transfer.dxpl, file, seconds);
    NativeChunkStore stored(context.under_class(), transfer.dataset.under, facts, seconds);
    if (!masks_are_safe(transfer.dataset, facts, stored))
      part.verdict = std::max(part.verdict, verdict_of("chunks_with_filter_mask"));
  } catch (const std::bad_alloc&) {
    part.verdict = std::max(part.verdict, kOutOfMemory);
  } catch (const std::exception&) {
    part.verdict = std::max(part.verdict, kChunkNeedsNative);
  }
  H5Eclear2(H5E_DEFAULT);
  return part;
}

ChunkIoResult fail(const DatasetTransfer& transfer, const char* cause) {
  const DatasetName name =
      name_of(transfer.dataset.context->under_class(), transfer.dataset.under, H5I_DATASET);
  const std::string operation =
      "write " + name.path + " in '" + name.file + "' together with the other ranks";
  push_error(operation.c_str(), cause);
  return {ChunkIoResult::Kind::kFailed, {}, 0};
}

CollectiveEnd write_part(const DatasetTransfer& transfer, Part& part, const Extent& extent,
                         MpiFile& file) {  // collective
  Communicator& ranks = file.agreement->ranks();
  if (part.verdict != kJoin) return refuse_to_write(ranks, file.openings, part.verdict);
  SharedDataset& shared = *transfer.dataset.shared;
  const CollectiveSetting setting{
      ranks,         file.openings,  *part.store, shared.facts().format(),
      *part.numbers, *part.workshop, file.room,   file.staging};
  const Opening opening{kJoin, fingerprint(shared, extent), !shared.mpi_history().is_prepared};
  return write_collectively(setting, opening, *part.source);
}

/// libhdf5 remembers the place of the chunk that was written last as a raw chunk, and does not
/// notice when its own collective write moves that chunk (1.14.5, 2.2.0): a later read would return
/// what lies there then. So after a session only writes go to native HDF5 that it does not run
/// collectively, or that write nothing.
bool is_safe_natively(SharedDataset& shared, std::string_view reason, MpiFile& file) {
  if (reason == "empty_dataset") return true;
  const bool is_independent = reason == "data_transform" || reason == "type_conversion";
  return !shared.mpi_history().had_session ||
         (is_independent && file.agreement->ranks().size() == 1);
}

ChunkIoResult go_native(const DatasetTransfer& transfer, std::string_view reason, MpiFile& file) {
  if (is_safe_natively(*transfer.dataset.shared, reason, file))
    return leave_to_native(transfer.dataset, kWrite, reason);
  const std::string cause = "native HDF5 would have to (" + std::string(reason) +
                            "), which is not safe after h5pave wrote to this dataset; close it and "
                            "open it again before this write";
  return fail(transfer, cause.c_str());
}

/// Programs ask their transfer list how the last write was done: as stock tells it of one like
/// this.
void tell_in_list(hid_t dxpl, std::uint64_t chunks) {
  const QuietErrors quiet;
  H5D_mpio_actual_chunk_opt_mode_t chunk_mode = H5D_MPIO_LINK_CHUNK;
  H5D_mpio_actual_io_mode_t io_mode = H5D_MPIO_CHUNK_COLLECTIVE;
  std::uint32_t no_cause = H5D_MPIO_COLLECTIVE;
  std::uint32_t selection_mode = chunks > 0 ? H5D_VECTOR_IO : 0;
  H5Pset(dxpl, "actual_chunk_opt_mode", &chunk_mode);
  H5Pset(dxpl, "actual_io_mode", &io_mode);
  H5Pset(dxpl, "local_no_collective_cause", &no_cause);
  H5Pset(dxpl, "global_no_collective_cause", &no_cause);
  H5Pset(dxpl, "actual_selection_io_mode", &selection_mode);
  H5Eclear2(H5E_DEFAULT);  // A release that has no such property has nothing to be asked for.
}

ChunkIoResult result_of(const DatasetTransfer& transfer, const CollectiveEnd& end, MpiFile& file) {
  switch (end.kind) {
    case CollectiveEnd::Kind::kDone:
      transfer.dataset.shared->mpi_history() = {true, true};
      tell_in_list(transfer.dxpl, end.chunks);
      return {ChunkIoResult::Kind::kDone, {}, end.chunks};
    case CollectiveEnd::Kind::kNative:
      return go_native(transfer, reason_of(end.verdict), file);
    case CollectiveEnd::Kind::kFailed: {
      const auto place = static_cast<std::size_t>(end.verdict - kFail);
      return fail(transfer, std::string(kErrors.at(std::min(place, kErrors.size() - 1))).c_str());
    }
    case CollectiveEnd::Kind::kIncomplete:
      return fail(transfer,
                  "some rank could not write its chunks to the file; the chunks of this "
                  "write have no valid content until they are written again");
    default:
      file.is_poisoned = true;
      return fail(transfer,
                  "libhdf5 failed on some rank in the middle of the write; this file "
                  "takes no more writes");
  }
}

}  // namespace

ChunkIoResult write_in_mpi_file(const DatasetTransfer& transfer, const void* buffer,
                                PhaseSeconds* seconds) {
  Object& dataset = transfer.dataset;
  if (!dataset.context->under_is_native())
    return leave_to_native(dataset, kWrite, "connector_below_is_not_native");
  if (mpi_library().table == nullptr) return leave_to_native(dataset, kWrite, "no_mpi_module");
  if (dataset.kind == DatasetKind::kUnknown) look_at(dataset);
  if (dataset.kind != DatasetKind::kChunked || dataset.shared == nullptr)
    return leave_to_native(
        dataset, kWrite, dataset.kind == DatasetKind::kUnknown ? "unknown_dataset" : "not_chunked");
  SharedDataset& shared = *dataset.shared;
  if (const auto reason = shared.facts().obstacle(); !reason.empty())
    return leave_to_native(dataset, kWrite, reason);
  if (!is_collective(transfer.dxpl)) return leave_to_native(dataset, kWrite, "mpi_independent");
  const std::shared_ptr<MpiFile> file = find_mpi_file(shared.key().file_number);
  if (file == nullptr) return leave_to_native(dataset, kWrite, "mpi_file");
  if (file->is_poisoned) return fail(transfer, "an earlier write failed half way on some rank");
  const Extent extent = shared.extent(dataset.under);
  CollectiveEnd end;
  {
    Part part = part_of(transfer, buffer, extent, *file, seconds);
    end = write_part(transfer, part, extent, *file);
  }
  return result_of(transfer, end, *file);
}

}  // namespace h5pave
