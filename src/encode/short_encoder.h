// Encodes a short stretch of input, such as a byte plane of a small chunk, as one block: in each
// way that may be the smallest, of which the smallest stays. To judge it by samples, as longer ones
// are, would take as long. Called by the zlib stream writer. Thread rule: one object, one thread.
#pragma once

#include <cstddef>
#include <span>

#include "encode/block_encoder.h"
#include "encode/filter_step.h"
#include "encode/match_finder.h"
#include "encode/repeat_encoder.h"
#include "encode/stream_trace.h"

namespace h5pave {

/// To whom a stretch is left so that the mode's promise about the size holds: a search by an engine
/// in this stretch, or one of the whole input, where planes are like each other in part.
enum class LeftTo { kNobody, kSearch, kSearchOfAll };

class ShortEncoder {
 public:
  static constexpr std::size_t kMostBytes = MatchFinder::kMostBytes;

  /// Level 1-9 as zlib counts them.
  ShortEncoder(unsigned level, DeflateMode mode);

  /// Writes a block for `stretch` of `input`, of at most kMostBytes, and appends it to `trace`;
  /// block_bound() says the room. Planes begin every `plane_bytes` bytes. Nothing is written where
  /// it is left to others.
  LeftTo encode(std::span<const std::byte> input, Stretch stretch, std::size_t plane_bytes,
                LastBlock last, BitWriter& out, StreamTrace& trace);

 private:
  LeftTo left_to(double bits_per_byte, std::size_t bytes, bool is_like_other_plane) const;
  bool three_bytes_pay(std::span<const std::byte> input, Stretch stretch, double literal_bits);
  double find_matches(std::span<const std::byte> input, Stretch stretch, double bits_per_byte);

  bool leaves_structure_;
  double worth_three_bytes_;  // A share of the size.
  double most_bits_for_three_bytes_;
  MatchFinder matches_;
  Sequences other_;  // Of a way that is compared with the best so far.
};

}  // namespace h5pave
