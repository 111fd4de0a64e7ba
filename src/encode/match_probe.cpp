#include "encode/match_probe.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace h5pave {

namespace {

constexpr std::size_t kShortest = 4;

std::uint32_t load(const std::byte* at) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::size_t equal_bytes(const std::byte* a, const std::byte* b, std::size_t limit) {
  std::size_t count = 0;
  while (count < limit && a[count] == b[count]) ++count;
  return count;
}

// What the codes of a copy take, roughly: its length and the class of its distance, then extra
// bits.
double copy_bits(std::size_t distance) {
  constexpr double kCodeBits = 8;
  return kCodeBits + static_cast<double>(std::bit_width(distance));
}

}  // namespace

double MatchProbe::saved_bits(std::span<const std::byte> input, std::size_t search_begin,
                              Stretch piece, double literal_bits) {
  const std::byte* const data = input.data();
  const std::size_t history = std::min(piece.begin - search_begin, kMaxDistance);
  // Two places for each byte that will be in the table: clearing more would be most of a short
  // look.
  const unsigned table_bits = std::clamp(
      static_cast<unsigned>(std::bit_width(history + piece.bytes())) + 1, 8U, kMostTableBits);
  const auto place_of = [&](std::size_t at) -> std::uint32_t& {
    return last_place_[load(data + at) * 0x9E3779B1U >> (32 - table_bits)];
  };
  std::fill_n(last_place_.begin(), std::size_t{1} << table_bits, 0U);
  const std::size_t end = piece.end < kShortest ? 0 : piece.end - kShortest + 1;
  for (std::size_t at = piece.begin - history; at < std::min(piece.begin, end); ++at) {
    place_of(at) = static_cast<std::uint32_t>(at);
  }
  double saved = 0;
  for (std::size_t at = piece.begin; at < end;) {
    std::uint32_t& place = place_of(at);
    const std::size_t from = place;
    place = static_cast<std::uint32_t>(at);
    std::size_t length = 0;
    if (from != 0 && at - from <= kMaxDistance) {
      length = equal_bytes(data + at, data + from, std::min(piece.end - at, kMaxCopy));
    }
    const double gain =
        length < kShortest ? 0 : static_cast<double>(length) * literal_bits - copy_bits(at - from);
    saved += std::max(0.0, gain);
    at += gain > 0 ? length : 1;
  }
  return saved;
}

}  // namespace h5pave
