#include "advisor/cache_rules.h"

#include <algorithm>

#include "advisor/cost_model.h"
#include "advisor/saturating.h"

namespace h5pave {

namespace {

/// Of chunks that a cache is made for: libhdf5 drops a chunk when another one has its place.
constexpr std::uint64_t kSlotsPerChunk = 20;
constexpr std::uint64_t kMostSlots = 100'000;

std::vector<std::uint64_t> lengths_of(const ChunkedShape& shape) {
  std::vector<std::uint64_t> lengths = shape.extent;
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    if (lengths[d] > 0) continue;
    lengths[d] = shape.max_extent[d] == kUnlimited
                     ? shape.chunk[d]
                     : std::max<std::uint64_t>(shape.max_extent[d], 1);
  }
  return lengths;
}

std::vector<AccessBox> boxes_of(const CacheQuestion& question,
                                const std::vector<std::uint64_t>& extent) {
  AccessSpec access = question.access;
  if (access.preset == AccessPreset::kUnsaid) access.preset = AccessPreset::kRow;
  AccessTarget target{extent, std::vector<bool>(extent.size(), false),
                      question.shape.element_bytes};
  return boxes_for(access, target);
}

/// Chunks that a box touches at most.
std::uint64_t chunks_touched(const std::vector<std::uint64_t>& lengths,
                             const std::vector<std::uint64_t>& extent,
                             const std::vector<std::uint64_t>& chunk) {
  std::uint64_t chunks = 1;
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    const std::uint64_t length = lengths[d] == kWholeDimension ? extent[d] : lengths[d];
    const std::uint64_t all = divide_up(extent[d], chunk[d]);
    const std::uint64_t touched = divide_up(length - 1, chunk[d]) + 1;
    chunks = saturating_product(chunks, std::max<std::uint64_t>(std::min(all, touched), 1));
  }
  return chunks;
}

bool is_prime(std::uint64_t number) {
  for (std::uint64_t divisor = 3; divisor * divisor <= number; divisor += 2) {
    if (number % divisor == 0) return false;
  }
  return number % 2 != 0;
}

std::uint64_t slots_for(std::uint64_t chunks, std::uint64_t present) {
  std::uint64_t slots = std::min(saturating_product(chunks, kSlotsPerChunk), kMostSlots);
  if (slots <= present) return present;
  while (!is_prime(slots)) ++slots;
  return slots;
}

}  // namespace

std::optional<CacheSize> advise_cache(const CacheQuestion& question) {
  const std::vector<std::uint64_t> extent = lengths_of(question.shape);
  const std::uint64_t chunk_bytes = shape_bytes(question.shape.chunk, question.shape.element_bytes);
  if (question.filters == Filters::kNone && chunk_bytes > question.present_bytes)
    return std::nullopt;
  std::uint64_t chunks = 1;
  for (const AccessBox& box : boxes_of(question, extent))
    chunks = std::max(chunks, chunks_touched(box.lengths, extent, question.shape.chunk));
  if (saturating_product(chunks, chunk_bytes) > question.most_bytes) chunks = 1;
  const std::uint64_t bytes = saturating_product(chunks, chunk_bytes);
  if (bytes > question.most_bytes || bytes <= question.present_bytes) return std::nullopt;
  return CacheSize{chunks, bytes, slots_for(chunks, question.present_slots)};
}

}  // namespace h5pave
