#include "cli/chunk_reader.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "advisor/saturating.h"
#include "cli/h5_error.h"
#include "cli/type_name.h"

namespace h5pave::cli {

ChunkReader::ChunkReader(hid_t dataset, const DatasetFacts& facts)
    : facts_(facts),
      dataset_(dataset),
      file_space_(H5Dget_space(dataset), H5Sclose),
      type_(H5Dget_type(dataset), H5Tclose) {
  require(file_space_.is_open() && type_.is_open(), "read the dataspace and the datatype");
  std::vector<hsize_t> shape(facts.chunk_shape);
  memory_space_ =
      UniqueId(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
  require(memory_space_.is_open(), "describe a chunk");
  holds_memory_ = holds_memory(type_.get());
  std::uint64_t bytes = H5Tget_size(type_.get());
  for (const hsize_t size : shape) bytes = saturating_product(bytes, size);
  buffer_bytes_ = bytes;
  // One buffer for all chunks; make_unique without a value keeps untouched pages out of memory.
  buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes_);
}

std::string ChunkReader::select(std::span<const hsize_t> offset) {
  std::vector<hsize_t> count(offset.size());
  const std::vector<hsize_t> zero(offset.size(), 0);
  for (std::size_t d = 0; d < offset.size(); ++d) {
    if (offset[d] >= facts_.shape[d]) return "lies outside the dataset's extent";
    count[d] = std::min(facts_.chunk_shape[d], facts_.shape[d] - offset[d]);
  }
  if (H5Sselect_hyperslab(file_space_.get(), H5S_SELECT_SET, offset.data(), nullptr, count.data(),
                          nullptr) < 0 ||
      H5Sselect_hyperslab(memory_space_.get(), H5S_SELECT_SET, zero.data(), nullptr, count.data(),
                          nullptr) < 0) {
    return "cannot be selected: " + take_hdf5_error();
  }
  return {};
}

std::string ChunkReader::read(std::span<const hsize_t> offset) {
  if (std::string error = select(offset); !error.empty()) return error;
  if (holds_memory_) std::memset(buffer_.get(), 0, buffer_bytes_);
  if (H5Dread(dataset_, type_.get(), memory_space_.get(), file_space_.get(), H5P_DEFAULT,
              buffer_.get()) < 0) {
    // Values may be half converted then, so that what they point to cannot be given back.
    return "cannot be decoded: " + take_hdf5_error();
  }
  if (holds_memory_) {
    H5Treclaim(type_.get(), memory_space_.get(), H5P_DEFAULT, buffer_.get());
  }
  return {};
}

}  // namespace h5pave::cli
