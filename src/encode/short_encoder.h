// Encodes a short stretch of input, such as a byte plane of a small chunk, as one block: in each
// way that may be the smallest, of which the smallest stays. To judge it by samples, as longer ones
// are, would take as long. Called by the zlib stream writer. Thread rule: one object, one thread.
#pragma once

#include <cstddef>
#include <span>

#include "encode/block_encoder.h"
#include "encode/match_finder.h"
#include "encode/repeat_encoder.h"
#include "encode/stream_trace.h"

namespace h5pave {

class ShortEncoder {
 public:
  static constexpr std::size_t kMostBytes = MatchFinder::kMostBytes;

  /// Writes a block for `stretch` of `input`, of at most kMostBytes, and appends it to `trace`;
  /// block_bound() says the room.
  void encode(std::span<const std::byte> input, Stretch stretch, LastBlock last, BitWriter& out,
              StreamTrace& trace);

 private:
  MatchFinder matches_;
  Sequences other_;  // Of a way that is compared with the best so far.
};

}  // namespace h5pave
