// Which stretches of an input are judged on their own, and on which pieces. Called by the segment
// planner. Thread rule: pure functions.
#pragma once

#include <cstddef>
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

/// One stretch per plane, the bytes of no plane with the last one; long ones in parts. None is
/// shorter than kMinSegmentBytes, if `bytes` is not.
std::vector<Stretch> stretches_of(std::size_t bytes, PlaneLayout layout);

/// Up to `most` pieces of at most `piece_bytes` bytes, evenly over the stretch.
std::vector<Stretch> pieces_of(Stretch stretch, std::size_t piece_bytes, std::size_t most);

}  // namespace h5pave
