#include "advisor/chunk_counts.h"

#include <algorithm>
#include <numeric>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

/// 64 bits of mantissa: the sums below differ by little and reach extent² / chunk.
using Wide = long double;

/// The sum of ⌊k / chunk⌋ for 0 ≤ k < count.
Wide sum_of_floors(std::uint64_t count, std::uint64_t chunk) {
  const Wide quotient = static_cast<Wide>(count / chunk);
  const Wide rest = static_cast<Wide>(count % chunk);
  return static_cast<Wide>(chunk) * quotient * (quotient - 1) / 2 + quotient * rest;
}

ChunkCounts all_chunks(std::uint64_t extent, std::uint64_t chunk) {
  const auto chunks = static_cast<double>(divide_up(extent, chunk));
  return {chunks, chunks};
}

/// The last chunk, cut off by the extent, is covered when the box reaches the end far enough.
Wide covered_edges(std::uint64_t extent, std::uint64_t length, std::uint64_t chunk) {
  const std::uint64_t rest = extent % chunk;
  return rest != 0 && length >= rest ? 1 : 0;
}

}  // namespace

ChunkCounts counts_anywhere(std::uint64_t extent, std::uint64_t length, std::uint64_t chunk) {
  if (length == extent) return all_chunks(extent, chunk);
  const Wide starts = static_cast<Wide>(extent - length + 1);
  // Σ ⌊(s + length - 1) / chunk⌋ - ⌊s / chunk⌋ + 1 over the starts s.
  const Wide touched = (sum_of_floors(extent, chunk) - sum_of_floors(length - 1, chunk) -
                        sum_of_floors(extent - length + 1, chunk)) /
                           starts +
                       1;
  Wide covered = covered_edges(extent, length, chunk);
  if (length >= chunk) {
    // Σ ⌊(s + length) / chunk⌋ - ⌈s / chunk⌉, where ⌈s / chunk⌉ = ⌊(s + chunk - 1) / chunk⌋.
    covered += sum_of_floors(extent + 1, chunk) - sum_of_floors(length, chunk) -
               (sum_of_floors(extent - length + chunk, chunk) - sum_of_floors(chunk - 1, chunk));
  }
  return {static_cast<double>(touched), static_cast<double>(covered / starts)};
}

ChunkCounts counts_aligned(std::uint64_t extent, std::uint64_t length, std::uint64_t chunk) {
  if (length == extent) return all_chunks(extent, chunk);
  const auto common = static_cast<double>(std::gcd(length, chunk));
  const auto most = static_cast<double>(divide_up(extent, chunk));
  const auto size = static_cast<double>(chunk);
  const auto box = static_cast<double>(length);
  const double touched = std::min(1 + (box - common) / size, most);
  const double covered = length < chunk ? 0 : (box - size + common) / size;
  return {touched, std::min(covered, touched)};
}

}  // namespace h5pave
