// Turns input into sequences whose copies all have one distance: runs of one byte (distance 1), or
// what comes back after a fixed period, as in planes of counters and of repeated rows. Fast;
// matches at free distances are the deflate engine's work. Called by the repeat encoder. Thread
// rule: pure functions.
#pragma once

#include <cstddef>
#include <span>

#include "encode/sequences.h"

namespace h5pave {

/// The shortest copies that append_repeats() makes.
inline constexpr std::size_t kMinRepeat = 4;

/// Appends bytes [begin, end) of `bytes` as literals and copies of at least kMinRepeat bytes from
/// `distance` back, which may reach before `begin`. Requires 1 <= distance <= kMaxDistance.
void append_repeats(std::span<const std::byte> bytes, std::size_t begin, std::size_t end,
                    std::size_t distance, Sequences& sequences);

/// How far before `at` the next 32 bytes were seen last; 0 where they were not within a window, or
/// are not so many.
std::size_t find_period(std::span<const std::byte> bytes, std::size_t at);

}  // namespace h5pave
