#include "transfer/transfer_depth.h"

#include <algorithm>

#include "advisor/saturating.h"

namespace h5pave {

std::size_t chunks_in_a_batch(const ChunkFormat& format) {
  constexpr std::uint64_t kBatchBytes = 32768;
  constexpr std::uint64_t kMostChunks = 64;
  return static_cast<std::size_t>(
      std::clamp<std::uint64_t>(kBatchBytes / decoded_bytes(format), 1, kMostChunks));
}

std::size_t transfer_depth(const TransferTarget& target, const Box& box) {
  const std::uint64_t chunks = ChunkParts(box, target.format.chunk).count();
  const std::uint64_t batches = (chunks - 1) / chunks_in_a_batch(target.format) + 1;
  std::size_t jobs = jobs_at_a_time(target.format, target.access.workshop);
  // One job is never refused because of chunks that other datasets have in work.
  if (jobs > 1)
    jobs = std::clamp<std::size_t>(more_jobs(target.format, target.access.workshop), 1, jobs);
  return static_cast<std::size_t>(std::min<std::uint64_t>(batches, jobs));
}

namespace {

/// Decoded bytes of all chunks that `box` touches; saturates.
std::uint64_t touched_bytes(const TransferTarget& target, const Box& box) {
  return saturating_product(ChunkParts(box, target.format.chunk).count(),
                            decoded_bytes(target.format));
}

}  // namespace

bool is_too_large_to_keep(const TransferTarget& target, const Box& box) {
  return touched_bytes(target, box) > target.cache.room_bytes() / 4;
}

bool pays_to_stream(const TransferTarget& target, const Box& box) {
  return ChunkParts(box, target.format.chunk).count() > 1 &&
         touched_bytes(target, box) > target.cache.hot_bytes();
}

}  // namespace h5pave
