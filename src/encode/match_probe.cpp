#include "encode/match_probe.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "encode/place_sample.h"

namespace h5pave {

namespace {

constexpr std::size_t kShortest = kSampledBytes;

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

std::size_t equal_bytes_before(const std::byte* a, const std::byte* b, std::size_t limit) {
  std::size_t count = 0;
  while (count < limit && *(a - count - 1) == *(b - count - 1)) ++count;
  return count;
}

// The chance that a copy has a place that is looked at, by its length from kShortest on.
constexpr auto kChances = [] {
  constexpr double kNotAtOnePlace = 1 - 1.0 / kPlacesPerSample;
  std::array<double, 16> chances{};
  double missed = 1;
  for (double& chance : chances) chance = 1 - (missed *= kNotAtOnePlace);
  return chances;
}();

double chance_to_be_seen(std::size_t length) {
  return kChances[std::min(length - kShortest, kChances.size() - 1)];
}

// What the codes of a copy take, roughly: its length and the class of its distance, then extra
// bits.
double copy_bits(std::size_t distance) {
  constexpr double kCodeBits = 8;
  return kCodeBits + static_cast<double>(std::bit_width(distance));
}

// Calls `look` with the places from `begin` to `end` that are looked at; kShortest bytes follow
// each.
template <class Look>
void for_each_sampled(const std::byte* data, std::size_t begin, std::size_t end, Look look) {
  constexpr std::size_t kBatch = 256;
  std::array<std::uint8_t, kBatch + 8> places;
  std::size_t first = begin;
  for (; first + kBatch <= end; first += kBatch) {
    std::size_t count = 0;
    for (std::uint32_t at = 0; at < kBatch; at += 16) {
      const std::uint32_t mask = sampled_of_16(data + first + at);
      count += put_places(mask, at, places.data() + count);
      count += put_places(mask >> 8, at + 8, places.data() + count);
    }
    for (std::size_t i = 0; i < count; ++i) look(first + places[i]);
  }
  for (; first < end; ++first) {
    if (is_sampled(data + first)) look(first);
  }
}

}  // namespace

double MatchProbe::saved_bits(std::span<const std::byte> input, std::size_t search_begin,
                              Stretch piece, double literal_bits) {
  const std::byte* const data = input.data();
  const std::size_t begin = piece.begin - std::min(piece.begin - search_begin, kMaxDistance);
  const std::size_t end = piece.end < kShortest ? 0 : piece.end - kShortest + 1;
  last_place_.fill(0);
  double saved = 0;
  std::size_t counted_to = piece.begin;  // Of the piece.
  const auto last_place = [&](std::size_t at) -> std::uint32_t& {
    return last_place_[load(data + at) * 0x9E3779B1U >> (32 - kTableBits)];
  };
  const auto look = [&](std::size_t at) {
    const std::size_t from = std::exchange(last_place(at), static_cast<std::uint32_t>(at));
    if (at < counted_to || from == 0 || at - from > kMaxDistance) return;
    const std::size_t before =
        equal_bytes_before(data + at, data + from, std::min(at - counted_to, from - begin));
    const std::size_t length =
        before + equal_bytes(data + at, data + from, std::min(piece.end - at, kMaxCopy - before));
    if (length < kShortest) return;
    const double gain = static_cast<double>(length) * literal_bits - copy_bits(at - from);
    if (gain <= 0) return;
    saved += gain / chance_to_be_seen(length);
    counted_to = at - before + length;
  };
  for_each_sampled(data, begin, std::min(piece.begin, end),
                   [&](std::size_t at) { last_place(at) = static_cast<std::uint32_t>(at); });
  for_each_sampled(data, piece.begin, end, look);
  return saved;
}

}  // namespace h5pave
