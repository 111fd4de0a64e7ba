#include "creation_list.h"

#include <algorithm>
#include <array>

namespace h5pave {

bool read_extent(hid_t space_id, ChunkedShape& shape) {
  std::array<hsize_t, H5S_MAX_RANK> extent{};
  std::array<hsize_t, H5S_MAX_RANK> max_extent{};
  const int rank = H5Sget_simple_extent_dims(space_id, extent.data(), max_extent.data());
  if (rank <= 0) return false;
  shape.extent.assign(extent.begin(), extent.begin() + rank);
  shape.max_extent.assign(max_extent.begin(), max_extent.begin() + rank);
  return true;
}

ChunkShape chunk_of(hid_t dcpl_id) {
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  if (H5Pget_layout(dcpl_id) != H5D_CHUNKED) return {};
  const int rank = H5Pget_chunk(dcpl_id, H5S_MAX_RANK, chunk.data());
  return {chunk.begin(), chunk.begin() + std::max(rank, 0)};
}

std::optional<std::vector<H5Z_filter_t>> filters_of(hid_t dcpl_id) {
  const int count = H5Pget_nfilters(dcpl_id);
  if (count < 0) return std::nullopt;
  std::vector<H5Z_filter_t> filters;
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    unsigned config = 0;
    std::size_t values = 0;
    filters.push_back(H5Pget_filter2(dcpl_id, static_cast<unsigned>(i), &flags, &values, nullptr, 0,
                                     nullptr, &config));
  }
  return filters;
}

}  // namespace h5pave
