#include "cli/chunk_order.h"

#include <algorithm>

#include "advisor/saturating.h"

namespace h5pave::cli {

ChunkOrder::ChunkOrder(std::span<const std::uint64_t> chunk_shape,
                       std::span<const std::uint64_t> max_shape, std::uint64_t unlimited)
    : chunk_shape_(chunk_shape.begin(), chunk_shape.end()) {
  for (std::size_t d = 0; d < max_shape.size(); ++d) {
    const bool is_unlimited = max_shape[d] == unlimited;
    if (is_unlimited) unlimited_dim_ = d;
    // At least one: a dimension of size 0 has no chunks, and a radix of 0 no meaning.
    const std::uint64_t chunks =
        std::max<std::uint64_t>(divide_up(max_shape[d], chunk_shape_[d]), 1);
    max_chunks_.push_back(is_unlimited ? 0 : chunks);
  }
}

std::uint64_t ChunkOrder::listed_number(std::span<const std::uint64_t> offset) const {
  std::uint64_t number = 0;
  for (std::size_t d = unlimited_dim_; d < offset.size(); ++d) {
    // The unlimited dimension comes first here, where nothing is to be multiplied yet.
    number = number * max_chunks_[d] + offset[d] / chunk_shape_[d];
  }
  return number;
}

void ChunkOrder::restore(std::span<std::uint64_t> offset) const {
  std::uint64_t number = listed_number(offset);
  for (std::size_t d = offset.size(); d-- > 0;) {
    if (d == unlimited_dim_) continue;
    offset[d] = number % max_chunks_[d] * chunk_shape_[d];
    number /= max_chunks_[d];
  }
  offset[unlimited_dim_] = number * chunk_shape_[unlimited_dim_];
}

void ChunkOrder::rotate(std::span<std::uint64_t> offset) const {
  std::uint64_t number = offset[unlimited_dim_] / chunk_shape_[unlimited_dim_];
  for (std::size_t d = 0; d < offset.size(); ++d) {
    if (d != unlimited_dim_) number = number * max_chunks_[d] + offset[d] / chunk_shape_[d];
  }
  for (std::size_t d = offset.size(); d-- > unlimited_dim_ + 1;) {
    offset[d] = number % max_chunks_[d] * chunk_shape_[d];
    number /= max_chunks_[d];
  }
  offset[unlimited_dim_] = number * chunk_shape_[unlimited_dim_];
  for (std::size_t d = 0; d < unlimited_dim_; ++d) offset[d] = 0;
}

}  // namespace h5pave::cli
