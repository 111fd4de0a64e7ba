#include "plan/chunk_numbers.h"

#include <algorithm>

namespace h5pave {

ChunkNumbers::ChunkNumbers(const Extent& extent, const Extent& chunk)
    : extent_(extent), chunk_(chunk) {
  for (std::size_t dim = 0; dim < extent.size(); ++dim)
    counts_.push_back((extent[dim] - 1) / chunk[dim] + 1);
}

ChunkRow ChunkNumbers::row(std::uint64_t element, std::uint64_t most) const {
  ChunkRow row{0, 0, most};
  std::uint64_t number_stride = 1;
  std::uint64_t inside_stride = 1;
  for (std::size_t dim = extent_.size(); dim-- > 0;) {
    const std::uint64_t coordinate = element % extent_[dim];
    element /= extent_[dim];
    const std::uint64_t at = coordinate % chunk_[dim];
    if (dim + 1 == extent_.size())
      row.count = std::min({row.count, extent_[dim] - coordinate, chunk_[dim] - at});
    row.number += coordinate / chunk_[dim] * number_stride;
    row.inside += at * inside_stride;
    number_stride *= counts_[dim];
    inside_stride *= chunk_[dim];
  }
  return row;
}

std::uint64_t ChunkNumbers::number(const Extent& offset) const {
  std::uint64_t number = 0;
  for (std::size_t dim = 0; dim < counts_.size(); ++dim)
    number = number * counts_[dim] + offset[dim] / chunk_[dim];
  return number;
}

Extent ChunkNumbers::offset(std::uint64_t number) const {
  Extent offset(counts_.size());
  put_offset(number, offset);
  return offset;
}

void ChunkNumbers::put_offset(std::uint64_t number, Extent& offset) const noexcept {
  for (std::size_t dim = counts_.size(); dim-- > 0;) {
    offset[dim] = number % counts_[dim] * chunk_[dim];
    number /= counts_[dim];
  }
}

}  // namespace h5pave
