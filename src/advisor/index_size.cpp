#include "advisor/index_size.h"

#include <algorithm>
#include <bit>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

/// The first dimension without a limit.
std::size_t unlimited_dimension(const ChunkedShape& shape) {
  const auto unlimited = std::find(shape.max_extent.begin(), shape.max_extent.end(), kUnlimited);
  return static_cast<std::size_t>(unlimited - shape.max_extent.begin());
}

}  // namespace

unsigned unlimited_count(const ChunkedShape& shape) {
  return static_cast<unsigned>(
      std::count(shape.max_extent.begin(), shape.max_extent.end(), kUnlimited));
}

bool is_one_chunk(const ChunkedShape& shape) {
  return shape.extent == shape.max_extent && shape.extent == shape.chunk;
}

std::uint64_t chunk_bytes(const ChunkedShape& shape) {
  std::uint64_t bytes = shape.element_bytes;
  for (const std::uint64_t length : shape.chunk) bytes = saturating_product(bytes, length);
  return bytes;
}

std::uint64_t current_chunks(const ChunkedShape& shape) {
  std::uint64_t count = 1;
  for (std::size_t dim = 0; dim < shape.chunk.size(); ++dim) {
    count = saturating_product(count, divide_up(shape.extent[dim], shape.chunk[dim]));
  }
  return count;
}

std::uint64_t bounded_max_chunks(const ChunkedShape& shape) {
  std::uint64_t count = 1;
  for (std::size_t dim = 0; dim < shape.chunk.size(); ++dim) {
    if (shape.max_extent[dim] == kUnlimited) continue;
    count = saturating_product(count, divide_up(shape.max_extent[dim], shape.chunk[dim]));
  }
  return count;
}

std::uint64_t bounded_current_chunks(const ChunkedShape& shape) {
  std::uint64_t count = 1;
  for (std::size_t dim = 0; dim < shape.chunk.size(); ++dim) {
    if (shape.max_extent[dim] == kUnlimited) continue;
    count = saturating_product(count, divide_up(shape.extent[dim], shape.chunk[dim]));
  }
  return count;
}

std::uint64_t unlimited_current_chunks(const ChunkedShape& shape) {
  const std::size_t dim = unlimited_dimension(shape);
  return std::max<std::uint64_t>(divide_up(shape.extent[dim], shape.chunk[dim]), 1);
}

ExtentLimit extensible_array_limit(const ChunkedShape& shape) {
  const std::size_t dim = unlimited_dimension(shape);
  const std::uint64_t slots_per_step = std::max<std::uint64_t>(bounded_max_chunks(shape), 1);
  return {dim, saturating_product(kMaxArraySlots / slots_per_step, shape.chunk[dim])};
}

bool extensible_array_converts(const ChunkedShape& shape) {
  for (std::size_t dim = 0; dim < unlimited_dimension(shape); ++dim) {
    if (shape.max_extent[dim] > shape.chunk[dim]) return false;
  }
  return true;
}

std::uint64_t btree1_entry_bytes(const ChunkedShape& shape) {
  constexpr std::uint64_t kSizeAndMask = 8;
  constexpr std::uint64_t kChildAddress = 8;
  return kSizeAndMask + 8 * (shape.chunk.size() + 1) + kChildAddress;
}

std::uint64_t array_entry_bytes(std::uint64_t chunk_bytes, bool filtered) {
  constexpr std::uint64_t kAddressBytes = 8;
  constexpr std::uint64_t kMaskBytes = 4;
  if (!filtered) return kAddressBytes;
  const auto log2 = static_cast<std::uint64_t>(std::bit_width(chunk_bytes | 1U) - 1);
  const std::uint64_t size_bytes = std::min<std::uint64_t>(8, 1 + (log2 + 8) / 8);
  return kAddressBytes + size_bytes + kMaskBytes;
}

}  // namespace h5pave
