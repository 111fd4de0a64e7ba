// The chunk shape that costs least for given accesses: a local search over lengths that divide the
// dataset evenly, from several starts. Milliseconds per dataset.
//
// Called by shape_advice, the h5pave command. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "advisor/cost_model.h"

namespace h5pave {

/// Chunk lengths, one per dimension.
using ChunkShape = std::vector<std::uint64_t>;

/// Decoded bytes per chunk.
struct ByteRange {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  /// Below this only where that gains clearly: what a codec makes of less is hard to tell.
  std::uint64_t usual_least = 0;
};

/// Where the boxes come from: what is assumed of them is safer with chunks of the usual size.
enum class AccessSource { kAssumed, kTold };

/// The range in which shapes are searched: half of `target` to `target`, or without one what the
/// storage wants; from less when an access is for few bytes at random places (a batch of small
/// samples), where chunks of the usual size would be read in vain.
ByteRange byte_range(const DatasetModel& dataset, std::span<const AccessBox> boxes,
                     const StorageModel& storage, AccessSource source,
                     std::optional<std::uint64_t> target);

/// The best shape found with its bytes in `range`, or as near to it as the dataset allows (an
/// element larger than the range is a chunk of its own). No length exceeds the extent, no chunk has
/// 4 GiB or more. Requires rank 1 to 32, boxes of that rank.
ChunkShape best_shape(const DatasetModel& dataset, std::span<const AccessBox> boxes,
                      const StorageModel& storage, const ByteRange& range);

}  // namespace h5pave
