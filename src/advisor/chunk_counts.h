// How many chunks a box touches in one dimension, and how many of them it covers whole. The counts
// of a box are the products over its dimensions (docs/advisor.md derives them).
//
// Called by cost_model.cpp. Thread rule: pure functions.
#pragma once

#include <cstdint>

namespace h5pave {

/// Expected counts for one box; edge chunks, cut off by the extent, count as covered when all that
/// is left of them is.
struct ChunkCounts {
  double touched = 1;
  double covered = 0;
};

/// A box of `length` elements at any of the extent - length + 1 starts, all equally likely: exact.
/// For an extent much longer than the chunk it is 1 + (length - 1) / chunk touched.
/// Requires 1 ≤ length ≤ extent, chunk ≥ 1.
ChunkCounts counts_anywhere(std::uint64_t extent, std::uint64_t length, std::uint64_t chunk);

/// A box that starts at a multiple of `length`. With g the greatest common divisor of length and
/// chunk, the starts are the multiples of g, equally often in the long run: 1 + (length - g) /
/// chunk touched. Exact when the extent is a multiple of both, or the length is the extent.
ChunkCounts counts_aligned(std::uint64_t extent, std::uint64_t length, std::uint64_t chunk);

}  // namespace h5pave
