#include "encode/shuffle.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

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

template <std::size_t N>
std::size_t unshuffle_blocks(const std::byte* planes, std::size_t count, std::byte* elements) {
  std::size_t done = 0;
  for (; done + kLanes <= count; done += kLanes) {
    std::array<Lanes, N> block;
    for (std::size_t plane = 0; plane < N; ++plane) {
      std::memcpy(&block[plane], planes + plane * count + done, kLanes);
    }
    for (unsigned round = 0; round < log2_of(N); ++round) interleave_halves<N>(block);
    std::memcpy(elements + done * N, block.data(), sizeof block);
  }
  return done;
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

void unshuffle_rest(const std::byte* planes, std::size_t element_bytes, std::size_t first,
                    std::size_t count, std::byte* elements) {
  for (; first < count; first += kBlockElements) {
    const std::size_t end = std::min(first + kBlockElements, count);
    for (std::size_t plane = 0; plane < element_bytes; ++plane) {
      const std::byte* const row = planes + plane * count;
      for (std::size_t i = first; i < end; ++i) elements[i * element_bytes + plane] = row[i];
    }
  }
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
  const std::byte* const from = planes.data();
  std::byte* const to = elements.data();
  std::size_t done = 0;
  switch (element_bytes) {
    case 2:
      done = unshuffle_blocks<2>(from, count, to);
      break;
    case 4:
      done = unshuffle_blocks<4>(from, count, to);
      break;
    case 8:
      done = unshuffle_blocks<8>(from, count, to);
      break;
    case 16:
      done = unshuffle_blocks<16>(from, count, to);
      break;
    default:
      break;
  }
  unshuffle_rest(from, element_bytes, done, count, to);
  copy(planes.subspan(count * element_bytes), to + count * element_bytes);
}

}  // namespace h5pave
