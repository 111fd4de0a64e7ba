// Prints what advisor/library_shapes computes, for library_shapes_test.py to compare with the
// libraries. Each line read is: RULE ELEMENT_BYTES EXTENT,… [MAXIMUM,…] with 0 for no limit; each
// line written the chunk lengths, and the library that library_default() recognises in them.
#include <iostream>
#include <sstream>
#include <string>

#include "advisor/library_shapes.h"

namespace {

std::vector<std::uint64_t> lengths_of(const std::string& text) {
  std::vector<std::uint64_t> lengths;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) lengths.push_back(std::stoull(part));
  return lengths;
}

h5pave::ChunkShape shape_by(const std::string& rule, const h5pave::ChunkedShape& shape) {
  if (rule == "h5py") return h5pave::h5py_shape(shape.extent, shape.element_bytes);
  if (rule == "netcdf") return h5pave::netcdf_shape(shape, h5pave::kNetcdfBytes);
  if (rule == "netcdf-4.8") return h5pave::netcdf_shape(shape, h5pave::kNetcdfOldBytes);
  if (rule == "pytables")
    return h5pave::pytables_shape(shape.extent, 0, shape.extent[0], shape.element_bytes);
  if (rule == "dask")
    return h5pave::dask_shape(shape.extent, shape.element_bytes, h5pave::kDaskBytes);
  throw std::invalid_argument("no rule " + rule);
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string rule, element_bytes, extent, maximum;
    words >> rule >> element_bytes >> extent >> maximum;
    h5pave::ChunkedShape shape;
    shape.extent = lengths_of(extent);
    shape.max_extent = maximum.empty() ? shape.extent : lengths_of(maximum);
    for (std::uint64_t& most : shape.max_extent) {
      if (!maximum.empty() && most == 0) most = h5pave::kUnlimited;
    }
    shape.element_bytes = std::stoull(element_bytes);
    shape.chunk = shape_by(rule, shape);
    for (const std::uint64_t length : shape.chunk) std::cout << length << ' ';
    std::cout << h5pave::library_default(shape).value_or("nobody") << '\n';
  }
}
