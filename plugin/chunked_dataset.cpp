#include "chunked_dataset.h"

#include <algorithm>
#include <array>

#include "h5/error_stack.h"
#include "plain_type.h"
#include "under_class.h"

namespace h5pave {

namespace {

hid_t get_list(const H5VL_class_t& native, void* dataset, H5VL_dataset_get_t which) {
  H5VL_dataset_get_args_t args{};
  args.op_type = which;
  args.args.get_dcpl.dcpl_id = H5I_INVALID_HID;
  const herr_t status = ask_slot(native.dataset_cls.get, dataset, &args,
                                 static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr);
  if (status < 0) return H5I_INVALID_HID;
  // The three answers share one place of the union, but each has its name.
  switch (which) {
    case H5VL_DATASET_GET_DAPL:
      return args.args.get_dapl.dapl_id;
    case H5VL_DATASET_GET_SPACE:
      return args.args.get_space.space_id;
    case H5VL_DATASET_GET_TYPE:
      return args.args.get_type.type_id;
    default:
      return args.args.get_dcpl.dcpl_id;
  }
}

}  // namespace

H5D_layout_t layout_of(const H5VL_class_t& native, void* dataset) {
  const hid_t dcpl = get_list(native, dataset, H5VL_DATASET_GET_DCPL);
  if (dcpl < 0) return H5D_LAYOUT_ERROR;
  const H5D_layout_t layout = H5Pget_layout(dcpl);
  H5Pclose(dcpl);
  return layout;
}

ChunkedDataset::ChunkedDataset(const H5VL_class_t& native, void* dataset) {
  read_type(native, dataset);
  if (obstacle_.empty()) read_creation_list(native, dataset);
  if (obstacle_.empty()) read_access_list(native, dataset);
  H5Eclear2(H5E_DEFAULT);
}

ChunkedDataset::~ChunkedDataset() {
  if (type_ < 0) return;
  const SavedErrorStack saved;
  H5Tclose(type_);
}

void ChunkedDataset::read_type(const H5VL_class_t& native, void* dataset) {
  const hid_t type = get_list(native, dataset, H5VL_DATASET_GET_TYPE);
  if (type < 0 || !is_plain(type)) obstacle_ = "type_is_not_plain";
  if (type >= 0) {
    type_ = H5Tcopy(type);
    H5Tclose(type);
  }
  if (type_ >= 0) format_.element_bytes = H5Tget_size(type_);
  if (format_.element_bytes == 0) obstacle_ = "type_is_not_plain";
}

void ChunkedDataset::read_creation_list(const H5VL_class_t& native, void* dataset) {
  const hid_t dcpl = get_list(native, dataset, H5VL_DATASET_GET_DCPL);
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  unsigned options = 0;
  if (dcpl < 0 || H5Pget_layout(dcpl) != H5D_CHUNKED) {
    obstacle_ = "not_chunked";
  } else if (H5Pget_chunk_opts(dcpl, &options) < 0 || options != 0) {
    obstacle_ = "unfiltered_edge_chunks";  // An encoded edge chunk would read back as garbage.
  } else {
    const int rank = H5Pget_chunk(dcpl, H5S_MAX_RANK, chunk.data());
    if (rank > 0) format_.chunk.assign(chunk.begin(), chunk.begin() + rank);
    if (rank <= 0) obstacle_ = "not_chunked";
    read_filters(dcpl);
    read_fill_value(dcpl);
  }
  if (dcpl >= 0) H5Pclose(dcpl);
}

void ChunkedDataset::read_filters(hid_t dcpl) {
  const int count = H5Pget_nfilters(dcpl);
  if (count <= 0) obstacle_ = "unfiltered";
  for (int i = 0; i < count; ++i) {
    std::array<unsigned, 8> values{};
    std::size_t value_count = values.size();
    unsigned flags = 0;
    unsigned config = 0;
    const H5Z_filter_t filter = H5Pget_filter2(dcpl, static_cast<unsigned>(i), &flags, &value_count,
                                               values.data(), 0, nullptr, &config);
    const bool has_value = value_count >= 1 && value_count <= values.size();
    if (filter == H5Z_FILTER_SHUFFLE && has_value && values[0] > 0) {
      format_.filters.push_back({FilterStep::Kind::kShuffle, values[0]});
    } else if (filter == H5Z_FILTER_DEFLATE && has_value && values[0] <= 9) {
      format_.filters.push_back({FilterStep::Kind::kDeflate, values[0]});
    } else if (filter == H5Z_FILTER_FLETCHER32) {
      format_.filters.push_back({FilterStep::Kind::kFletcher32, 0});
    } else {
      obstacle_ = "other_filter";
    }
  }
}

void ChunkedDataset::read_fill_value(hid_t dcpl) {
  format_.fill.assign(format_.element_bytes, std::byte{0});
  H5D_fill_value_t status = H5D_FILL_VALUE_UNDEFINED;
  if (H5Pfill_value_defined(dcpl, &status) < 0 ||
      (status == H5D_FILL_VALUE_USER_DEFINED &&
       H5Pget_fill_value(dcpl, type_, format_.fill.data()) < 0))
    obstacle_ = "fill_value";
  H5D_fill_time_t time = H5D_FILL_TIME_NEVER;
  format_.absent_reads_fill = H5Pget_fill_time(dcpl, &time) >= 0 && time != H5D_FILL_TIME_NEVER &&
                              status != H5D_FILL_VALUE_UNDEFINED;
}

void ChunkedDataset::read_access_list(const H5VL_class_t& native, void* dataset) {
  const hid_t dapl = get_list(native, dataset, H5VL_DATASET_GET_DAPL);
  std::size_t slots = 0;
  std::size_t bytes = 0;
  double preemption = 0;
  if (dapl < 0 || H5Pget_chunk_cache(dapl, &slots, &bytes, &preemption) < 0)
    obstacle_ = "chunk_cache";
  cache_bytes_ = bytes;
  if (dapl >= 0) H5Pclose(dapl);
}

bool ChunkedDataset::has_type(hid_t mem_type) const { return H5Tequal(mem_type, type_) > 0; }

Extent ChunkedDataset::extent(const H5VL_class_t& native, void* dataset) const {
  const hid_t space = get_list(native, dataset, H5VL_DATASET_GET_SPACE);
  if (space < 0) return {};
  std::array<hsize_t, H5S_MAX_RANK> lengths{};
  const int rank = H5Sget_simple_extent_dims(space, lengths.data(), nullptr);
  H5Sclose(space);
  if (rank != static_cast<int>(format_.chunk.size())) return {};
  Extent extent(lengths.begin(), lengths.begin() + rank);
  const bool empty = std::find(extent.begin(), extent.end(), 0U) != extent.end();
  return empty ? Extent{} : extent;
}

}  // namespace h5pave
