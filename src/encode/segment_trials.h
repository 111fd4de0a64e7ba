// What ways of deflating a stretch would give, tried on a few pieces of it. Called by the segment
// planner. Thread rule: one object, one thread.
#pragma once

#include <cstddef>
#include <span>

#include "encode/byte_buffer.h"
#include "encode/deflate_engine.h"
#include "encode/match_probe.h"
#include "encode/repeat_encoder.h"

namespace h5pave {

/// All shares are of the bytes of `pieces`, each of at least one byte.
class SegmentTrials {
 public:
  using Input = std::span<const std::byte>;
  using Pieces = std::span<const Stretch>;

  /// Level 1-9 as zlib counts them.
  explicit SegmentTrials(unsigned level) : level_(level) {}

  /// Of repeats at `distance`; at most 1.
  double repeats_share(Input input, Pieces pieces, std::size_t distance);

  /// Of a search by `engine`, for each piece alone; at most 1.
  double trial_share(Input input, Pieces pieces, DeflateEngine& engine);

  /// Of zlib, for each piece alone.
  double stock_share(Input input, Pieces pieces);

  /// Of a search with the history that it has in `stretch`, estimated from what matches save beside
  /// repeats, whose share is `repeats`.
  double probed_share(Input input, Stretch stretch, Pieces pieces, double repeats);

 private:
  unsigned level_;
  RepeatEncoder repeats_;
  MatchProbe probe_;
  ByteBuffer scratch_;
};

}  // namespace h5pave
