// A piece of input as literals and copies, the form between match finders and the block encoder,
// and how deflate numbers copies (RFC 1951, 3.2.5). Called by both. Thread rule: plain data.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "encode/mapped_memory.h"

namespace h5pave {

inline constexpr std::size_t kMinCopy = 3;
inline constexpr std::size_t kMaxCopy = 258;
inline constexpr std::size_t kMaxDistance = 32768;
inline constexpr unsigned kEndOfBlock = 256;
inline constexpr std::size_t kLiteralSymbols = 286;  // Literals, end of block and copy lengths.
inline constexpr std::size_t kDistanceSymbols = 30;

/// Bytes taken as they are, then a copy of `length` bytes from `distance` bytes back; no copy when
/// the length is 0.
struct Sequence {
  std::uint32_t literals;
  std::uint16_t length;
  std::uint16_t distance;
};

/// Mapped: a chunk of short copies has twice its bytes of them.
using Sequences = std::vector<Sequence, MappedAllocator<Sequence>>;

/// How often each symbol occurs.
struct SymbolCounts {
  std::array<std::uint32_t, kLiteralSymbols> literals{};
  std::array<std::uint32_t, kDistanceSymbols> distances{};
};

struct Symbol {
  std::uint16_t number;
  std::uint8_t extra_bits;
  std::uint16_t extra;
};

inline Symbol distance_symbol(unsigned distance) {
  const unsigned offset = distance - 1;
  if (offset < 4) return {static_cast<std::uint16_t>(offset), 0, 0};
  const auto extra_bits = static_cast<unsigned>(std::bit_width(offset)) - 2;
  const unsigned number = 2 * extra_bits + (offset >> extra_bits);
  return {static_cast<std::uint16_t>(number), static_cast<std::uint8_t>(extra_bits),
          static_cast<std::uint16_t>(offset & ((1U << extra_bits) - 1))};
}

inline Symbol length_symbol(unsigned length) {
  if (length == kMaxCopy) return {285, 0, 0};
  const unsigned offset = length - static_cast<unsigned>(kMinCopy);
  if (offset < 8) return {static_cast<std::uint16_t>(257 + offset), 0, 0};
  const auto extra_bits = static_cast<unsigned>(std::bit_width(offset)) - 3;
  const unsigned number = 257 + 4 * extra_bits + (offset >> extra_bits);
  return {static_cast<std::uint16_t>(number), static_cast<std::uint8_t>(extra_bits),
          static_cast<std::uint16_t>(offset & ((1U << extra_bits) - 1))};
}

}  // namespace h5pave
