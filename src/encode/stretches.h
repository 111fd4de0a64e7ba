// Which stretches of an input are judged on their own, and on which pieces. Called by the segment
// planner. Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "encode/repeat_encoder.h"

namespace h5pave {

/// What a shuffle made of the input: `count` planes of `bytes` bytes each, then bytes of no plane.
/// Count 1 where there was no shuffle.
struct PlaneLayout {
  std::size_t count;
  std::size_t bytes;
};

inline constexpr std::size_t kMinSegmentBytes = 8192;

/// Shorter planes are not worth codes of their own.
inline constexpr std::size_t kMinPlaneBytes = 2048;

/// One stretch per plane, the bytes of no plane with the last one; long ones in parts; and what one
/// byte fills at the beginning or end of a part (the rest of a chunk that was not written) on its
/// own, if it is kMinSegmentBytes long.
std::vector<Stretch> stretches_of(std::span<const std::byte> input, PlaneLayout layout);

/// How many bytes at the front of `bytes`, which are not none, are alike.
std::size_t run_at_front(std::span<const std::byte> bytes);

/// Up to `most` pieces of at most `piece_bytes` bytes, evenly over the stretch.
std::vector<Stretch> pieces_of(Stretch stretch, std::size_t piece_bytes, std::size_t most);

}  // namespace h5pave
