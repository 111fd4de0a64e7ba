// How a deflate block tells the codes it is written in (RFC 1951, 3.2.6 and 3.2.7). Called by the
// readers of streams in this folder. Thread rule: plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "encode/bit_reader.h"

namespace h5pave {

/// Bits of each symbol's word; 0 has none.
struct CodeLengths {
  std::array<std::uint8_t, 288 + 32> all;  ///< Of the literals, then of the distances.
  std::size_t literal_count;
  std::size_t distance_count;

  std::span<const std::uint8_t> literals() const { return std::span(all).first(literal_count); }
  std::span<const std::uint8_t> distances() const {
    return std::span(all).subspan(literal_count, distance_count);
  }
};

/// Reads the description behind a block's type. False when it is none.
bool read_code_lengths(BitReader& in, CodeLengths& lengths);

CodeLengths fixed_code_lengths();

}  // namespace h5pave
