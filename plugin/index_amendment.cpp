#include "index_amendment.h"

#include <H5VLnative.h>

#include <algorithm>
#include <array>

#include "h5/error_stack.h"
#include "under_class.h"

namespace h5pave {

namespace {

using Extents = std::array<hsize_t, H5S_MAX_RANK>;

std::vector<std::uint64_t> first(const Extents& extents, int rank) {
  return {extents.begin(), extents.begin() + rank};
}

std::optional<ChunkedShape> chunked_shape(hid_t type_id, hid_t space_id, hid_t dcpl_id) {
  Extents chunk{};
  Extents extent{};
  Extents max_extent{};
  const int rank = H5Pget_chunk(dcpl_id, H5S_MAX_RANK, chunk.data());
  if (rank <= 0 || rank > H5S_MAX_RANK || H5Sget_simple_extent_ndims(space_id) != rank) return {};
  if (H5Sget_simple_extent_dims(space_id, extent.data(), max_extent.data()) != rank) return {};
  ChunkedShape shape{first(extent, rank), first(max_extent, rank), first(chunk, rank),
                     H5Tget_size(type_id)};
  const bool positive = std::all_of(shape.chunk.begin(), shape.chunk.end(),
                                    [](std::uint64_t length) { return length > 0; });
  if (shape.element_bytes == 0 || !positive) return {};
  return shape;
}

FileBounds file_bounds(const Context& context) {
  if (context.low_bound_is_modern) return FileBounds::kForcesModern;
  // What other files a rank has open, the others do not know, and all must choose alike.
  const bool is_old =
      context.driver_is_mpi ? !context.high_bound_is_modern() : Context::any_high_bound_is_old();
  return is_old ? FileBounds::kForbidsModern : FileBounds::kDefault;
}

}  // namespace

std::optional<IndexQuestion> index_question(const Context& context, hid_t type_id, hid_t space_id,
                                            hid_t dcpl_id) {
  // The default list is contiguous and cannot be changed: most small datasets end here.
  if (dcpl_id == H5P_DATASET_CREATE_DEFAULT || H5Pget_layout(dcpl_id) != H5D_CHUNKED) return {};
  if (context.ranks_differ) return {};
  auto shape = chunked_shape(type_id, space_id, dcpl_id);
  if (!shape) {
    H5Eclear2(H5E_DEFAULT);  // libhdf5 will find the fault itself and say so in its own words
    return {};
  }
  H5D_alloc_time_t allocation = H5D_ALLOC_TIME_DEFAULT;
  const int filters = H5Pget_nfilters(dcpl_id);
  if (filters < 0 || H5Pget_alloc_time(dcpl_id, &allocation) < 0) {
    H5Eclear2(H5E_DEFAULT);
    return {};
  }
  IndexQuestion question;
  question.shape = *std::move(shape);
  question.filters = filters > 0 ? Filters::kSome : Filters::kNone;
  question.allocation =
      allocation == H5D_ALLOC_TIME_EARLY ? Allocation::kEarly : Allocation::kLateOrIncremental;
  question.driver = context.driver_is_mpi ? FileDriver::kMpi : FileDriver::kSerial;
  question.bounds = file_bounds(context);
  question.old_readers =
      context.options().compat == Compat::kV18 ? OldReaders::kYes : OldReaders::kNo;
  return question;
}

AmendedList::AmendedList(hid_t dcpl_id, Amendment amendment) {
  if (amendment == Amendment::kNone) return;
  unsigned chunk_options = 0;
  copy_ = H5Pcopy(dcpl_id);
  // Setting the options, whichever, is what makes libhdf5 use layout version 4.
  const bool amended = copy_ >= 0 &&
                       (amendment != Amendment::kModernLayoutAllocated ||
                        H5Pset_alloc_time(copy_, H5D_ALLOC_TIME_EARLY) >= 0) &&
                       H5Pget_chunk_opts(copy_, &chunk_options) >= 0 &&
                       H5Pset_chunk_opts(copy_, chunk_options) >= 0;
  if (amended) return;
  if (copy_ >= 0) H5Pclose(copy_);
  copy_ = H5I_INVALID_HID;
  H5Eclear2(H5E_DEFAULT);
}

AmendedList::~AmendedList() {
  if (copy_ < 0) return;
  const SavedErrorStack saved;
  H5Pclose(copy_);
}

std::optional<IndexKind> actual_index(void* under, const Context& context) {
  if (!context.under_is_native()) return {};
  const SavedErrorStack saved;
  H5D_chunk_index_t index = H5D_CHUNK_IDX_BTREE;
  H5VL_native_dataset_optional_args_t native_args{};
  native_args.get_chunk_idx_type.idx_type = &index;
  H5VL_optional_args_t args{H5VL_NATIVE_DATASET_GET_CHUNK_INDEX_TYPE, &native_args};
  if (ask_slot(context.under_class().dataset_cls.optional, under, &args, H5P_DATASET_XFER_DEFAULT,
               nullptr) < 0)
    return {};
  if (index < H5D_CHUNK_IDX_BTREE || index > H5D_CHUNK_IDX_BT2) return {};
  return static_cast<IndexKind>(index);
}

}  // namespace h5pave
