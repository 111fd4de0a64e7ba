#include "encode/shuffle.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace h5pave {

namespace {

// Sixteen bytes as the compiler's own vector type: SSE2 on x86-64, NEON on arm64, plain code
// elsewhere.
using Lanes = std::uint8_t __attribute__((vector_size(16)));
constexpr std::size_t kLanes = 16;

Lanes low_pairs(Lanes a, Lanes b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

Lanes high_pairs(Lanes a, Lanes b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
                                 31);
}

// One round of a perfect shuffle of N registers seen as one sequence of bytes: its two halves are
// interleaved. log2(N) rounds turn N planes of 16 bytes into 16 elements of N bytes, and 4 rounds
// (log2 of 16 elements) the elements into planes.
template <std::size_t N>
void interleave_halves(std::array<Lanes, N>& sequence) {
  std::array<Lanes, N> result;
  for (std::size_t i = 0; i < N / 2; ++i) {
    result[2 * i] = low_pairs(sequence[i], sequence[i + N / 2]);
    result[2 * i + 1] = high_pairs(sequence[i], sequence[i + N / 2]);
  }
  sequence = result;
}

constexpr unsigned log2_of(std::size_t power) { return power == 1 ? 0 : 1 + log2_of(power / 2); }

template <std::size_t N>
std::size_t shuffle_blocks(const std::byte* elements, std::size_t count, std::byte* planes) {
  std::size_t done = 0;
  for (; done + kLanes <= count; done += kLanes) {
    std::array<Lanes, N> block;
    std::memcpy(block.data(), elements + done * N, sizeof block);
    for (unsigned round = 0; round < log2_of(kLanes); ++round) interleave_halves<N>(block);
    for (std::size_t plane = 0; plane < N; ++plane) {
      std::memcpy(planes + plane * count + done, &block[plane], kLanes);
    }
  }
  return done;
}

// Elements [first, last) of `count`.
struct Range {
  std::size_t first;
  std::size_t last;
  std::size_t count;
};

// Returns the first element that is left over.
template <std::size_t N>
std::size_t unshuffle_blocks(const std::byte* planes, Range range, std::byte* elements) {
  std::size_t at = range.first;
  for (; at + kLanes <= range.last; at += kLanes) {
    std::array<Lanes, N> block;
    for (std::size_t plane = 0; plane < N; ++plane) {
      std::memcpy(&block[plane], planes + plane * range.count + at, kLanes);
    }
    for (unsigned round = 0; round < log2_of(N); ++round) interleave_halves<N>(block);
    std::memcpy(elements + (at - range.first) * N, block.data(), sizeof block);
  }
  return at;
}

// Elements handled together by the plain loops, so that they stay in the first-level cache.
constexpr std::size_t kBlockElements = 512;

void shuffle_rest(const std::byte* elements, std::size_t element_bytes, std::size_t first,
                  std::size_t count, std::byte* planes) {
  for (; first < count; first += kBlockElements) {
    const std::size_t end = std::min(first + kBlockElements, count);
    for (std::size_t plane = 0; plane < element_bytes; ++plane) {
      std::byte* const row = planes + plane * count;
      for (std::size_t i = first; i < end; ++i) row[i] = elements[i * element_bytes + plane];
    }
  }
}

void unshuffle_rest(const std::byte* planes, std::size_t element_bytes, Range range,
                    std::byte* elements) {
  for (; range.first < range.last; range.first += kBlockElements) {
    const std::size_t count = std::min(kBlockElements, range.last - range.first);
    for (std::size_t plane = 0; plane < element_bytes; ++plane) {
      const std::byte* const row = planes + plane * range.count + range.first;
      for (std::size_t i = 0; i < count; ++i) elements[i * element_bytes + plane] = row[i];
    }
    elements += count * element_bytes;
  }
}

// The elements of `range`, put at `elements`.
void unshuffle_range(const std::byte* planes, std::size_t element_bytes, Range range,
                     std::byte* elements) {
  std::size_t at = range.first;
  switch (element_bytes) {
    case 2:
      at = unshuffle_blocks<2>(planes, range, elements);
      break;
    case 4:
      at = unshuffle_blocks<4>(planes, range, elements);
      break;
    case 8:
      at = unshuffle_blocks<8>(planes, range, elements);
      break;
    case 16:
      at = unshuffle_blocks<16>(planes, range, elements);
      break;
    default:
      break;
  }
  elements += (at - range.first) * element_bytes;
  unshuffle_rest(planes, element_bytes, {at, range.last, range.count}, elements);
}

bool stays_unchanged(std::size_t bytes, std::size_t element_bytes) {
  return element_bytes < 2 || bytes / element_bytes < 2;
}

void copy(std::span<const std::byte> from, std::byte* to) {
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
}

}  // namespace

void shuffle(std::span<const std::byte> elements, std::size_t element_bytes,
             std::span<std::byte> planes) {
  if (stays_unchanged(elements.size(), element_bytes)) return copy(elements, planes.data());
  const std::size_t count = elements.size() / element_bytes;
  const std::byte* const from = elements.data();
  std::byte* const to = planes.data();
  std::size_t done = 0;
  switch (element_bytes) {
    case 2:
      done = shuffle_blocks<2>(from, count, to);
      break;
    case 4:
      done = shuffle_blocks<4>(from, count, to);
      break;
    case 8:
      done = shuffle_blocks<8>(from, count, to);
      break;
    case 16:
      done = shuffle_blocks<16>(from, count, to);
      break;
    default:
      break;
  }
  shuffle_rest(from, element_bytes, done, count, to);
  copy(elements.subspan(count * element_bytes), to + count * element_bytes);
}

void unshuffle(std::span<const std::byte> planes, std::size_t element_bytes,
               std::span<std::byte> elements) {
  if (stays_unchanged(planes.size(), element_bytes)) return copy(planes, elements.data());
  const std::size_t count = planes.size() / element_bytes;
  unshuffle_range(planes.data(), element_bytes, {0, count, count}, elements.data());
  copy(planes.subspan(count * element_bytes), elements.data() + count * element_bytes);
}

bool is_shuffle_of(std::span<const std::byte> elements, std::size_t element_bytes,
                   std::span<const std::byte> planes) {
  if (stays_unchanged(planes.size(), element_bytes)) return std::ranges::equal(elements, planes);
  // A part at a time that stays in the first-level cache; large elements in parts of one.
  constexpr std::size_t kPartBytes = 4096;
  std::array<std::byte, kPartBytes> small_part;
  std::vector<std::byte> large_part(element_bytes > kPartBytes ? element_bytes : 0);
  std::byte* const part = large_part.empty() ? small_part.data() : large_part.data();
  const std::size_t count = planes.size() / element_bytes;
  const std::size_t step = std::max<std::size_t>(1, kPartBytes / element_bytes);
  for (std::size_t first = 0; first < count; first += step) {
    const std::size_t last = std::min(first + step, count);
    unshuffle_range(planes.data(), element_bytes, {first, last, count}, part);
    if (std::memcmp(part, elements.data() + first * element_bytes,
                    (last - first) * element_bytes) != 0) {
      return false;
    }
  }
  const std::size_t whole = count * element_bytes;
  return std::ranges::equal(elements.subspan(whole), planes.subspan(whole));
}

}  // namespace h5pave
