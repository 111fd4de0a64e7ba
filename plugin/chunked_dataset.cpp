#include "chunked_dataset.h"

#include <algorithm>
#include <array>

#include "h5/error_stack.h"
#include "plain_type.h"
#include "under_class.h"

namespace h5pave {

UniqueId ask_dataset(const H5VL_class_t& native, void* dataset, H5VL_dataset_get_t which) {
  H5VL_dataset_get_args_t args{};
  args.op_type = which;
  args.args.get_dcpl.dcpl_id = H5I_INVALID_HID;
  const herr_t status = ask_slot(native.dataset_cls.get, dataset, &args,
                                 static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr);
  if (status < 0) return {};
  // The answers share one place of the union, but each has its name.
  switch (which) {
    case H5VL_DATASET_GET_DAPL:
      return {args.args.get_dapl.dapl_id, H5Pclose};
    case H5VL_DATASET_GET_SPACE:
      return {args.args.get_space.space_id, H5Sclose};
    case H5VL_DATASET_GET_TYPE:
      return {args.args.get_type.type_id, H5Tclose};
    default:
      return {args.args.get_dcpl.dcpl_id, H5Pclose};
  }
}

H5D_layout_t layout_of(const H5VL_class_t& native, void* dataset) {
  const UniqueId dcpl = ask_dataset(native, dataset, H5VL_DATASET_GET_DCPL);
  return dcpl.is_open() ? H5Pget_layout(dcpl.get()) : H5D_LAYOUT_ERROR;
}

ChunkedDataset::ChunkedDataset(const H5VL_class_t& native, void* dataset) {
  read_type(native, dataset);
  if (obstacle_.empty()) read_creation_list(native, dataset);
  if (obstacle_.empty()) read_access_list(native, dataset);
  H5Eclear2(H5E_DEFAULT);
}

void ChunkedDataset::read_type(const H5VL_class_t& native, void* dataset) {
  const UniqueId type = ask_dataset(native, dataset, H5VL_DATASET_GET_TYPE);
  if (!type.is_open() || !is_plain(type.get())) obstacle_ = "type_is_not_plain";
  if (type.is_open()) type_ = UniqueId(H5Tcopy(type.get()), H5Tclose);
  if (type_.is_open()) format_.element_bytes = H5Tget_size(type_.get());
  if (format_.element_bytes == 0) obstacle_ = "type_is_not_plain";
}

void ChunkedDataset::read_creation_list(const H5VL_class_t& native, void* dataset) {
  const UniqueId dcpl = ask_dataset(native, dataset, H5VL_DATASET_GET_DCPL);
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  unsigned options = 0;
  if (!dcpl.is_open() || H5Pget_layout(dcpl.get()) != H5D_CHUNKED) {
    obstacle_ = "not_chunked";
  } else if (H5Pget_chunk_opts(dcpl.get(), &options) < 0 || options != 0) {
    obstacle_ = "unfiltered_edge_chunks";  // An encoded edge chunk would read back as garbage.
  } else {
    const int rank = H5Pget_chunk(dcpl.get(), H5S_MAX_RANK, chunk.data());
    if (rank > 0) format_.chunk.assign(chunk.begin(), chunk.begin() + rank);
    if (rank <= 0) obstacle_ = "not_chunked";
    read_filters(dcpl.get());
    read_fill_value(dcpl.get());
  }
}

void ChunkedDataset::read_filters(hid_t dcpl) {
  const int count = H5Pget_nfilters(dcpl);
  if (count <= 0) obstacle_ = kUnfiltered;
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
       H5Pget_fill_value(dcpl, type(), format_.fill.data()) < 0))
    obstacle_ = "fill_value";
  H5D_alloc_time_t allocation = H5D_ALLOC_TIME_DEFAULT;
  allocates_late_ = H5Pget_alloc_time(dcpl, &allocation) >= 0 && allocation == H5D_ALLOC_TIME_LATE;
  H5D_fill_time_t time = H5D_FILL_TIME_NEVER;
  format_.absent_reads_fill = H5Pget_fill_time(dcpl, &time) >= 0 && time != H5D_FILL_TIME_NEVER &&
                              status != H5D_FILL_VALUE_UNDEFINED;
}

void ChunkedDataset::read_access_list(const H5VL_class_t& native, void* dataset) {
  const UniqueId dapl = ask_dataset(native, dataset, H5VL_DATASET_GET_DAPL);
  std::size_t slots = 0;
  std::size_t bytes = 0;
  double preemption = 0;
  if (!dapl.is_open() || H5Pget_chunk_cache(dapl.get(), &slots, &bytes, &preemption) < 0)
    obstacle_ = "chunk_cache";
  cache_bytes_ = bytes;
}

bool ChunkedDataset::has_type(hid_t mem_type) const { return H5Tequal(mem_type, type()) > 0; }

std::optional<Extent> ChunkedDataset::extent(const H5VL_class_t& native, void* dataset) const {
  const UniqueId space = ask_dataset(native, dataset, H5VL_DATASET_GET_SPACE);
  if (!space.is_open()) return std::nullopt;
  std::array<hsize_t, H5S_MAX_RANK> lengths{};
  const int rank = H5Sget_simple_extent_dims(space.get(), lengths.data(), nullptr);
  if (rank != static_cast<int>(format_.chunk.size())) return std::nullopt;
  Extent extent(lengths.begin(), lengths.begin() + rank);
  const bool empty = std::find(extent.begin(), extent.end(), 0U) != extent.end();
  return empty ? Extent{} : extent;
}

}  // namespace h5pave
