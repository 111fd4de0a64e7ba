#include "plan/box.h"

#include <algorithm>

#include "advisor/saturating.h"

namespace h5pave {

std::uint64_t element_count(const Box& box) {
  std::uint64_t count = 1;
  for (const std::uint64_t length : box.length) count = saturating_product(count, length);
  return count;
}

ChunkParts::ChunkParts(Box box, Extent chunk) : box_(std::move(box)), chunk_(std::move(chunk)) {
  for (std::size_t dim = 0; dim < chunk_.size(); ++dim) {
    first_.push_back(box_.start[dim] / chunk_[dim]);
    last_.push_back((box_.start[dim] + box_.length[dim] - 1) / chunk_[dim]);
  }
  current_ = first_;
}

std::uint64_t ChunkParts::count() const {
  std::uint64_t count = 1;
  for (std::size_t dim = 0; dim < chunk_.size(); ++dim)
    count = saturating_product(count, last_[dim] - first_[dim] + 1);
  return count;
}

bool ChunkParts::next(ChunkPart& part) {
  if (done_) return false;
  const std::size_t rank = chunk_.size();
  part.offset.resize(rank);
  part.selected.start.resize(rank);
  part.selected.length.resize(rank);
  for (std::size_t dim = 0; dim < rank; ++dim) {
    const std::uint64_t low = current_[dim] * chunk_[dim];
    const std::uint64_t start = std::max(low, box_.start[dim]);
    const std::uint64_t end = std::min(low + chunk_[dim], box_.start[dim] + box_.length[dim]);
    part.offset[dim] = low;
    part.selected.start[dim] = start;
    part.selected.length[dim] = end - start;
  }
  for (std::size_t dim = rank; dim-- > 0;) {
    if (++current_[dim] <= last_[dim]) return true;
    current_[dim] = first_[dim];
  }
  done_ = true;
  return true;
}

bool covers_its_chunks(const Box& box, const Extent& chunk, const Extent& extent) {
  for (std::size_t dim = 0; dim < chunk.size(); ++dim) {
    const std::uint64_t end = box.start[dim] + box.length[dim];
    if (box.start[dim] % chunk[dim] != 0) return false;
    if (end % chunk[dim] != 0 && end != extent[dim]) return false;
  }
  return true;
}

}  // namespace h5pave
