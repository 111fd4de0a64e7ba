// Estimates what a search for matches would save on a short piece of input, with the history a real
// search has by then. A trial of the search itself on the piece alone misses just that history, and
// costs more. Called by the segment planner. Thread rule: one object, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "encode/repeat_encoder.h"

namespace h5pave {

class MatchProbe {
 public:
  /// Bits saved on `piece` against literals of `literal_bits` bits each. The search begins at
  /// `search_begin` <= piece.begin.
  double saved_bits(std::span<const std::byte> input, std::size_t search_begin, Stretch piece,
                    double literal_bits);

 private:
  static constexpr unsigned kTableBits = 14;
  std::array<std::uint32_t, std::size_t{1} << kTableBits> last_place_;  // 0 is none.
};

}  // namespace h5pave
