#include "transfer_slots.h"

#include <optional>
#include <stdexcept>
#include <vector>

#include "access_recording.h"
#include "advisor/saturating.h"
#include "chunk_io.h"
#include "guard.h"
#include "library_context.h"
#include "mpi_dataset.h"
#include "object.h"
#include "shared_dataset.h"
#include "transfer_plan.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// Bytes in the file of one dataset's selection; 0 when HDF5 cannot tell.
std::uint64_t selected_bytes(const Object& dataset, hid_t mem_space, hid_t file_space) {
  H5VL_dataset_get_args_t args{};
  args.op_type = H5VL_DATASET_GET_TYPE;
  args.args.get_type.type_id = H5I_INVALID_HID;
  const auto get = dataset.context->under_class().dataset_cls.get;
  if (ask_slot(get, dataset.under, &args, H5P_DATASET_XFER_DEFAULT, nullptr) < 0) return 0;
  const std::uint64_t element_bytes = H5Tget_size(args.args.get_type.type_id);
  H5Tclose(args.args.get_type.type_id);
  if (const auto elements = selected_elements(mem_space, file_space))
    return saturating_product(*elements, element_bytes);
  args.op_type = H5VL_DATASET_GET_SPACE;
  if (ask_slot(get, dataset.under, &args, H5P_DATASET_XFER_DEFAULT, nullptr) < 0) return 0;
  const hssize_t elements = H5Sget_simple_extent_npoints(args.args.get_space.space_id);
  H5Sclose(args.args.get_space.space_id);
  return elements < 0 ? 0 : saturating_product(static_cast<std::uint64_t>(elements), element_bytes);
}

/// One read or write of several datasets: libhdf5's parallel arrays, of which those that native
/// HDF5 must do are kept. A single dataset, the usual case, needs no memory.
template <typename Buffer>
class TransferCall {
 public:
  TransferCall(std::size_t count, void** datasets, hid_t* mem_types, hid_t* mem_spaces,
               hid_t* file_spaces, hid_t dxpl, Buffer* buffers, Direction direction)
      : count_(count),
        datasets_(datasets),
        mem_types_(mem_types),
        mem_spaces_(mem_spaces),
        file_spaces_(file_spaces),
        dxpl_(dxpl),
        buffers_(buffers),
        direction_(direction) {}

  /// `ours` tries h5pave's own way for one dataset; `slot` is the native way for all that are left.
  template <typename Ours, typename Slot>
  herr_t run(void** request, Ours&& ours, Slot slot) {
    if (count_ == 0 || datasets_ == nullptr) throw std::runtime_error("no dataset was given");
    // Two transfers of one dataset in a call: their order is libhdf5's business.
    const bool repeated = has_repeated_dataset();
    std::vector<std::size_t> native;
    for (std::size_t i = 0; i < count_; ++i) {
      Object& dataset = *as_object(datasets_[i]);
      const ChunkIoResult result = repeated
                                       ? leave_to_native(dataset, direction_, "dataset_given_twice")
                                       : run_ours(i, ours);
      if (result.kind == ChunkIoResult::Kind::kFailed) return -1;
      if (result.kind == ChunkIoResult::Kind::kDone)
        note_done(i, result.chunks);
      else if (count_ > 1)
        native.push_back(i);
      if (result.kind == ChunkIoResult::Kind::kNative) note_native(dataset, result.native_reason);
      if (result.kind == ChunkIoResult::Kind::kNative && count_ == 1)
        return run_single(request, slot);
    }
    return run_rest(native, request, slot);
  }

 private:
  bool has_repeated_dataset() const {
    for (std::size_t i = 0; i < count_; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (datasets_[i] == datasets_[j]) return true;
      }
    }
    return false;
  }

  template <typename Ours>
  ChunkIoResult run_ours(std::size_t i, Ours&& ours) {
    Object& dataset = *as_object(datasets_[i]);
    const DatasetTransfer transfer{dataset, mem_types_[i], mem_spaces_[i], file_spaces_[i], dxpl_};
    if (dataset.counts == nullptr) return ours(transfer, buffers_[i], nullptr);
    PhaseSeconds seconds;
    ChunkIoResult result;
    {
      const PhaseTimer timer(&seconds, &PhaseSeconds::total);
      result = ours(transfer, buffers_[i], &seconds);
    }
    // What a native call needed to have written out before has been counted there.
    if (result.kind == ChunkIoResult::Kind::kDone) count_time(i, seconds);
    return result;
  }

  /// Runs the native slot; its time is counted for the dataset `first`.
  template <typename Run>
  herr_t run_timed(std::size_t first, Run&& run) const {
    if (as_object(datasets_[first])->counts == nullptr) return run();
    PhaseSeconds seconds;
    herr_t status = -1;
    {
      const PhaseTimer timer(&seconds, &PhaseSeconds::native);
      status = run();
    }
    seconds.total = seconds.native;
    count_time(first, seconds);
    return status;
  }

  void count_time(std::size_t i, const PhaseSeconds& seconds) const {
    const Object& dataset = *as_object(datasets_[i]);
    tell([&] { dataset.context->statistics()->add_later(dataset.counts, direction_, 0, seconds); });
  }

  void note_native(const Object& dataset, std::string_view reason) const {
    if (dataset.context->statistics() == nullptr) return;
    tell([&] { dataset.context->statistics()->add_pass_through(direction_, reason); });
  }

  void count(std::size_t i, Way way, std::uint64_t chunks) const {
    const Object& dataset = *as_object(datasets_[i]);
    if (dataset.counts == nullptr) return;
    const SavedErrorStack saved;
    tell([&] {
      dataset.context->statistics()->add_transfer(
          dataset.counts, direction_, way, selected_bytes(dataset, mem_spaces_[i], file_spaces_[i]),
          chunks);
    });
  }

  template <typename Slot>
  herr_t run_single(void** request, Slot slot) {
    Object& dataset = *as_object(datasets_[0]);
    Context* const context = dataset.context;
    void* under = dataset.under;
    const herr_t status = run_timed(0, [&] {
      return call_slot(context->under_class().dataset_cls.*slot, std::size_t{1}, &under, mem_types_,
                       mem_spaces_, file_spaces_, dxpl_, buffers_, request);
    });
    wrap_request(context, request);
    if (status >= 0) count(0, Way::kNative, 0);
    return status;
  }

  void note_done(std::size_t i, std::uint64_t chunks) {
    const Object& dataset = *as_object(datasets_[i]);
    if (count_ > 1 && dataset.context->driver_is_mpi) {
      moved_by_ = moved_by_.value_or(0) | told_selection_io(dxpl_);
      has_filtered_ = has_filtered_ || dataset.shared->facts().obstacle() != kUnfiltered;
    }
    count(i, Way::kOurs, chunks);
  }

  /// Of several datasets of an MPI file the transfer list tells as stock does of a call with
  /// filtered and others in it, whose others it moves block by block. What native HDF5 itself would
  /// tell of them, at the end of the program's call, would be all that the list tells.
  template <typename Slot>
  herr_t run_rest(const std::vector<std::size_t>& native, void** request, Slot slot) {
    if (!moved_by_) return native.empty() ? 0 : run_native(native, request, slot);
    std::uint32_t moved_by = *moved_by_;
    herr_t status = 0;
    if (!native.empty()) {
      std::optional<LibraryContext> apart;
      tell([&] { apart.emplace(); });  // The other ranks wait: without one it goes on as well.
      status = run_native(native, request, slot);
      moved_by |= H5D_SCALAR_IO;
      const SavedErrorStack why;  // The end of a context may clear it.
      apart.reset();
    }
    if (has_filtered_ && (moved_by & H5D_SELECTION_IO) != 0)
      moved_by = (moved_by & ~H5D_SELECTION_IO) | H5D_SCALAR_IO;
    if (status >= 0) tell_selection_io(dxpl_, moved_by);
    return status;
  }

  template <typename Slot>
  herr_t run_native(const std::vector<std::size_t>& native, void** request, Slot slot) {
    Context* const context = as_object(datasets_[native.front()])->context;
    std::vector<void*> objects;
    std::vector<hid_t> mem_types;
    std::vector<hid_t> mem_spaces;
    std::vector<hid_t> file_spaces;
    std::vector<Buffer> buffers;
    for (const std::size_t i : native) {
      if (&as_object(datasets_[i])->context->under_class() != &context->under_class())
        throw std::runtime_error("the datasets lie below different connectors");
      objects.push_back(as_object(datasets_[i])->under);
      mem_types.push_back(mem_types_[i]);
      mem_spaces.push_back(mem_spaces_[i]);
      file_spaces.push_back(file_spaces_[i]);
      buffers.push_back(buffers_[i]);
    }
    const herr_t status = run_timed(native.front(), [&] {
      return call_slot(context->under_class().dataset_cls.*slot, objects.size(), objects.data(),
                       mem_types.data(), mem_spaces.data(), file_spaces.data(), dxpl_,
                       buffers.data(), request);
    });
    wrap_request(context, request);
    for (const std::size_t i : native) {
      if (status >= 0) count(i, Way::kNative, 0);
    }
    return status;
  }

  const std::size_t count_;
  void** const datasets_;
  hid_t* const mem_types_;
  hid_t* const mem_spaces_;
  hid_t* const file_spaces_;
  const hid_t dxpl_;
  Buffer* const buffers_;
  const Direction direction_;
  std::optional<std::uint32_t> moved_by_;  ///< Of several datasets of an MPI file, ours.
  bool has_filtered_ = false;              ///< Among those.
};

}  // namespace

herr_t dataset_read(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                    hid_t file_space_ids[], hid_t dxpl_id, void* buffers[],
                    void** request) noexcept {
  return guard<herr_t>("read a dataset", -1, [&]() -> herr_t {
    TransferCall call(count, datasets, mem_type_ids, mem_space_ids, file_space_ids, dxpl_id,
                      buffers, Direction::kRead);
    const RecordedTransfer recorded(AccessKind::kRead, count, datasets);
    const herr_t status = call.run(request, read_through_chunks, &H5VL_dataset_class_t::read);
    if (status >= 0) recorded.note(file_space_ids);
    return status;
  });
}

herr_t dataset_write(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                     hid_t file_space_ids[], hid_t dxpl_id, const void* buffers[],
                     void** request) noexcept {
  return guard<herr_t>("write a dataset", -1, [&]() -> herr_t {
    TransferCall call(count, datasets, mem_type_ids, mem_space_ids, file_space_ids, dxpl_id,
                      buffers, Direction::kWrite);
    const RecordedTransfer recorded(AccessKind::kWrite, count, datasets);
    const herr_t status = call.run(request, write_through_chunks, &H5VL_dataset_class_t::write);
    if (status >= 0) recorded.note(file_space_ids);
    return status;
  });
}

}  // namespace h5pave
