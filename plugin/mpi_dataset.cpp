#include "mpi_dataset.h"

#include "chunk_io.h"
#include "guard.h"
#include "h5/error_stack.h"
#include "mpi_files.h"
#include "mpi_library.h"
#include "shared_dataset.h"

namespace h5pave {

namespace {

constexpr const char* kSelectionIo = "actual_selection_io_mode";

}  // namespace

MpiDataset find_mpi_dataset(Object& dataset) {
  if (!dataset.context->under_is_native()) return {nullptr, "connector_below_is_not_native"};
  if (mpi_library().table == nullptr) return {nullptr, "no_mpi_module"};
  if (dataset.kind == DatasetKind::kUnknown) look_at(dataset);
  if (dataset.kind == DatasetKind::kUnknown) return {nullptr, "unknown_dataset"};
  if (dataset.kind != DatasetKind::kChunked || dataset.shared == nullptr)
    return {nullptr, "not_chunked"};
  const std::string_view reason = dataset.shared->facts().obstacle();
  const bool is_unfiltered = reason == kUnfiltered;
  if (!reason.empty() && !is_unfiltered) return {nullptr, reason};
  std::shared_ptr<MpiFile> file = find_mpi_file(dataset.shared->key().file_number);
  if (file == nullptr) return {nullptr, "mpi_file"};
  return {std::move(file), {}, is_unfiltered};
}

void look_at_together(Object& dataset) noexcept {
  const std::shared_ptr<MpiFile> file = dataset.context->mpi_file.lock();
  if (file != nullptr && file->reads_metadata_together && dataset.kind == DatasetKind::kUnknown)
    tell([&] { look_at(dataset); });
}

bool is_collective(hid_t dxpl) {
  H5FD_mpio_xfer_t mode = H5FD_MPIO_INDEPENDENT;
  return dxpl != static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT) &&
         mpi_library().calls.get_dxpl_mpio(dxpl, &mode) >= 0 && mode == H5FD_MPIO_COLLECTIVE;
}

bool tolerates_damage(hid_t dxpl) {
  if (dxpl == static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT)) return false;
  const QuietErrors quiet;
  if (H5Pget_edc_check(dxpl) == H5Z_DISABLE_EDC) return true;
  // What H5Pset_filter_callback keeps; there is no call that tells it.
  struct {
    H5Z_filter_func_t function = nullptr;
    void* data = nullptr;
  } callback;
  constexpr const char* kName = "filter_cb";
  std::size_t bytes = 0;
  return H5Pget_size(dxpl, kName, &bytes) >= 0 && bytes == sizeof callback &&
         H5Pget(dxpl, kName, &callback) >= 0 && callback.function != nullptr;
}

void tell_in_list(hid_t dxpl, DoneAs done_as, Chunks chunks, std::uint32_t selection_io) {
  if (dxpl == static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT)) return;
  const bool together = done_as == DoneAs::kCollectiveChunks;
  const QuietErrors quiet;
  H5D_mpio_actual_chunk_opt_mode_t chunk_mode =
      together ? H5D_MPIO_LINK_CHUNK : H5D_MPIO_NO_CHUNK_OPTIMIZATION;
  H5D_mpio_actual_io_mode_t io_mode = together ? H5D_MPIO_CHUNK_COLLECTIVE : H5D_MPIO_NO_COLLECTIVE;
  std::uint32_t cause = together                        ? H5D_MPIO_COLLECTIVE
                        : done_as == DoneAs::kConverted ? H5D_MPIO_DATATYPE_CONVERSION
                                                        : H5D_MPIO_SET_INDEPENDENT;
  H5Pset(dxpl, "actual_chunk_opt_mode", &chunk_mode);
  H5Pset(dxpl, "actual_io_mode", &io_mode);
  H5Pset(dxpl, "local_no_collective_cause", &cause);
  H5Pset(dxpl, "global_no_collective_cause", &cause);
  tell_selection_io(dxpl, selection_io);
  // Of filtered datasets stock tells why it is not selection I/O.
  std::uint32_t why_not = chunks == Chunks::kFiltered ? H5D_SEL_IO_DATASET_FILTER : 0U;
  H5Pset(dxpl, "no_selection_io_cause", &why_not);
  H5Eclear2(H5E_DEFAULT);
}

std::uint32_t told_selection_io(hid_t dxpl) {
  if (dxpl == static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT)) return 0;
  const QuietErrors quiet;
  std::uint32_t told = 0;
  const bool is_told = H5Pget(dxpl, kSelectionIo, &told) >= 0;
  H5Eclear2(H5E_DEFAULT);
  return is_told ? told : 0;
}

void tell_selection_io(hid_t dxpl, std::uint32_t selection_io) {
  if (dxpl == static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT)) return;
  const QuietErrors quiet;
  H5Pset(dxpl, kSelectionIo, &selection_io);
  H5Eclear2(H5E_DEFAULT);  // A release that has no such property has nothing to be asked for.
}

}  // namespace h5pave
