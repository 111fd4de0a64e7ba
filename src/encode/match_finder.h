// Finds copies from anywhere in a short stretch of input, greedily, one candidate a place: a search
// that costs little to begin. Called by the short encoder. Thread rule: one object, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "encode/repeat_encoder.h"

namespace h5pave {

class MatchFinder {
 public:
  static constexpr std::size_t kMostBytes = 36864;  // Places have 16 bits.
  /// What is looked for; copies of three bytes take twice the time.
  enum class Shortest { kThree, kFour };

  /// Appends sequences for `stretch` of `input`, of at most kMostBytes; copies stay within it.
  /// Takes a copy where it is shorter than literals of `literal_bits` bits each; returns how many
  /// bits all save together, about.
  double append_matches(std::span<const std::byte> input, Stretch stretch, double literal_bits,
                        Shortest shortest, Sequences& sequences);

 private:
  static constexpr unsigned kMostTableBits = 14;
  std::array<std::uint16_t, std::size_t{1} << kMostTableBits> last_place_;  // Plus 1; 0 is none.
  static constexpr unsigned kTableBitsOfThree = 14;
  std::array<std::uint16_t, std::size_t{1} << kTableBitsOfThree> last_place_of_three_;
};

}  // namespace h5pave
