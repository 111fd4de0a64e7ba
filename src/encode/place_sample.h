// Which places of a stretch stand for all in an estimate: one in four, chosen by their first bytes,
// so that a copy and what it copies are chosen alike. Called by the match probe. Thread rule: pure
// functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "encode/bit_writer.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace h5pave {

inline constexpr std::size_t kSampledBytes = 4;  ///< That choose.
inline constexpr unsigned kPlacesPerSample = 4;

namespace place_sample {
inline constexpr std::uint16_t kFactorOfFirst = 0x9E37;
inline constexpr std::uint16_t kFactorOfSecond = 0x79B1;
inline constexpr int kShift = 14;  // Leaves two bits of the hash.
}  // namespace place_sample

/// Of the four bytes at `at`, as two numbers of 16 bits.
inline bool is_sampled(const std::byte* at) {
  const auto number = [at](std::size_t i) {
    return std::to_integer<unsigned>(at[i]) | std::to_integer<unsigned>(at[i + 1]) << 8;
  };
  const unsigned hash =
      number(0) * place_sample::kFactorOfFirst + number(2) * place_sample::kFactorOfSecond;
  return (hash & 0xFFFFU) >> place_sample::kShift == 0;
}

/// Bit i is set where is_sampled(at + i), i < 16. Reads kSampledBytes - 1 bytes beyond these.
#if defined(__SSE2__)
inline std::uint32_t sampled_of_16(const std::byte* at) {
  using place_sample::kFactorOfFirst;
  using place_sample::kFactorOfSecond;
  const auto load = [at](std::size_t i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
  };
  // All ones, in 16 bits, where those at `first` and two bytes later choose the place.
  const auto sampled = [&load](std::size_t first) {
    const __m128i hash = _mm_add_epi16(
        _mm_mullo_epi16(load(first), _mm_set1_epi16(static_cast<short>(kFactorOfFirst))),
        _mm_mullo_epi16(load(first + 2), _mm_set1_epi16(static_cast<short>(kFactorOfSecond))));
    return _mm_cmpeq_epi16(_mm_srli_epi16(hash, place_sample::kShift), _mm_setzero_si128());
  };
  const __m128i even = _mm_packs_epi16(sampled(0), _mm_setzero_si128());
  const __m128i odd = _mm_packs_epi16(sampled(1), _mm_setzero_si128());
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_unpacklo_epi8(even, odd)));
}
#else
inline std::uint32_t sampled_of_16(const std::byte* at) {
  std::uint32_t mask = 0;
  for (unsigned i = 0; i < 16; ++i) mask |= is_sampled(at + i) ? 1U << i : 0U;
  return mask;
}
#endif

/// Writes where the bits of `mask` are, plus `first`, and returns how many there are; 8 numbers are
/// written in any case. Without a branch: how many there are, nobody foresees.
inline std::size_t put_places(std::uint32_t mask, std::uint32_t first, std::uint8_t* places) {
  struct OfMask {
    std::uint64_t places = 0;  // One a byte.
    std::size_t count = 0;
  };
  static constexpr auto kTable = [] {
    std::array<OfMask, 256> table{};
    for (std::uint64_t byte = 0; byte < table.size(); ++byte) {
      for (std::uint64_t bit = 0; bit < 8; ++bit) {
        if ((byte >> bit & 1) != 0) table[byte].places |= bit << 8 * table[byte].count++;
      }
    }
    return table;
  }();
  const OfMask& found = kTable[mask & 0xFF];
  const std::uint64_t numbers = little_endian(found.places + first * 0x0101010101010101U);
  std::memcpy(places, &numbers, sizeof numbers);
  return found.count;
}

}  // namespace h5pave
