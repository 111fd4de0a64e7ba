// Which bytes of two places are equal, as a mask of bits. Called by the repeat finder. Thread rule:
// pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "encode/bit_writer.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace h5pave {

/// Bit i is set where a[i] == b[i], i < 8. Plain code, for every processor.
inline std::uint64_t equal_bytes_of_8(const std::byte* a, const std::byte* b) {
  std::uint64_t left;
  std::uint64_t right;
  std::memcpy(&left, a, sizeof left);
  std::memcpy(&right, b, sizeof right);
  constexpr std::uint64_t kLow = 0x7f7f7f7f7f7f7f7f;
  const std::uint64_t difference = little_endian(left ^ right);
  // The high bit of each byte that is zero; the product brings the eight of them together.
  const std::uint64_t zeros = ~(((difference & kLow) + kLow) | difference | kLow);
  return (zeros >> 7) * 0x0102040810204080 >> 56;
}

#if defined(__SSE2__)
inline std::uint64_t equal_bytes_of_16(const std::byte* a, const std::byte* b) {
  const __m128i left = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a));
  const __m128i right = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(left, right)));
}
#else
inline std::uint64_t equal_bytes_of_16(const std::byte* a, const std::byte* b) {
  return equal_bytes_of_8(a, b) | equal_bytes_of_8(a + 8, b + 8) << 8;
}
#endif

/// Bit i is set where a[i] == b[i], i < 64.
inline std::uint64_t equal_bytes_of_64(const std::byte* a, const std::byte* b) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < 64; i += 16) mask |= equal_bytes_of_16(a + i, b + i) << i;
  return mask;
}

}  // namespace h5pave
