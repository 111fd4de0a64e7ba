#include "encode/match_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "encode/bit_writer.h"

namespace h5pave {

namespace {

constexpr std::size_t kShortest = 4;
// What the codes of a copy's length and of its distance's class take, about; extra bits come to it.
constexpr double kCodeBits = 8;
// Where nothing was found for 128 places, every second one is looked at, and so on.
constexpr unsigned kSkipAfter = 7;

template <class Word>
Word load(const std::byte* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// What a loaded word says of its first three bytes.
std::uint32_t of_first_three(std::uint32_t word) {
  return std::endian::native == std::endian::little ? word << 8 : word & 0xFFFFFF00U;
}

std::size_t equal_bytes(const std::byte* a, const std::byte* b, std::size_t limit) {
  std::size_t count = 0;
  for (; count + 8 <= limit; count += 8) {
    const auto difference =
        little_endian(load<std::uint64_t>(a + count) ^ load<std::uint64_t>(b + count));
    if (difference != 0) return count + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
  }
  while (count < limit && a[count] == b[count]) ++count;
  return count;
}

struct Found {
  std::size_t length = 0;
  std::size_t distance = 0;
  double saved_bits = 0;
};

// The shortest copy worth its codes, by the number of bits of its distance.
std::array<std::size_t, 17> shortest_copies(double literal_bits, std::size_t least) {
  std::array<std::size_t, 17> shortest;
  for (std::size_t bits = 0; bits < shortest.size(); ++bits) {
    const double worthwhile = (kCodeBits + static_cast<double>(bits)) / std::max(literal_bits, 0.1);
    shortest[bits] = std::max(least, static_cast<std::size_t>(worthwhile) + 1);
  }
  return shortest;
}

}  // namespace

template <std::size_t kLeast>
double MatchFinder::append(std::span<const std::byte> bytes, double literal_bits,
                           Sequences& sequences) {
  const std::byte* const data = bytes.data();
  const std::size_t size = bytes.size();
  const unsigned table_bits =
      std::clamp(static_cast<unsigned>(std::bit_width(size)) + 1, 8U, kMostTableBits);
  const auto place_of = [&](std::size_t at) -> std::uint16_t& {
    return last_place_[load<std::uint32_t>(data + at) * 0x9E3779B1U >> (32 - table_bits)];
  };
  const auto place_of_three = [&](std::size_t at) -> std::uint16_t& {
    const std::uint32_t three = of_first_three(load<std::uint32_t>(data + at));
    return last_place_of_three_[three * 0x9E3779B1U >> (32 - kTableBitsOfThree)];
  };
  std::fill_n(last_place_.begin(), std::size_t{1} << table_bits, std::uint16_t{0});
  if (kLeast == 3) last_place_of_three_.fill(0);
  const auto shortest = shortest_copies(literal_bits, kLeast);
  const std::size_t end = size < kShortest ? 0 : size - kShortest + 1;
  // Takes the last place, plus 1, and leaves this one.
  const auto take = [](std::uint16_t& place, std::size_t at) -> std::size_t {
    return std::exchange(place, static_cast<std::uint16_t>(at + 1));
  };
  // Whether there was a place at all is a branch that nobody foresees, unlike this one.
  const auto differ = [&](std::size_t at, std::size_t from) {
    return load<std::uint32_t>(data + at) ^ load<std::uint32_t>(data + from - (from == 0 ? 0 : 1));
  };
  const auto copy_from = [&](std::size_t from, std::size_t at) -> Found {
    const std::size_t distance = at + 1 - from;
    if (from == 0 || distance > kMaxDistance) return {};
    const std::size_t length =
        equal_bytes(data + at, data + from - 1, std::min(size - at, kMaxCopy));
    const auto distance_bits = static_cast<std::size_t>(std::bit_width(distance));
    if (length < shortest[distance_bits]) return {};
    return {length, distance,
            static_cast<double>(length) * literal_bits - kCodeBits -
                static_cast<double>(distance_bits)};
  };
  const auto find = [&](std::size_t at) -> Found {
    const std::size_t from = take(place_of(at), at);
    if constexpr (kLeast == 3) {
      const std::size_t near = take(place_of_three(at), at);
      const bool none = (differ(at, from) != 0) & (of_first_three(differ(at, near)) != 0);
      if (none) return {};
      const Found a = copy_from(from, at);
      const Found b = copy_from(near, at);
      return b.saved_bits > a.saved_bits ? b : a;
    }
    if (differ(at, from) != 0) return {};
    return copy_from(from, at);
  };
  std::size_t literals_from = 0;
  std::size_t misses = 0;
  double saved = 0;
  for (std::size_t at = 0; at < end;) {
    const Found found = find(at);
    if (found.length == 0) {
      at += 1 + (misses++ >> kSkipAfter);
      continue;
    }
    misses = 0;
    saved += found.saved_bits;
    sequences.push_back({static_cast<std::uint32_t>(at - literals_from),
                         static_cast<std::uint16_t>(found.length),
                         static_cast<std::uint16_t>(found.distance)});
    literals_from = at + found.length;
    for (++at; at < std::min(literals_from, end); ++at) {
      place_of(at) = static_cast<std::uint16_t>(at + 1);
      if constexpr (kLeast == 3) place_of_three(at) = static_cast<std::uint16_t>(at + 1);
    }
    at = literals_from;
  }
  if (literals_from < size)
    sequences.push_back({static_cast<std::uint32_t>(size - literals_from), 0, 0});
  return saved;
}

double MatchFinder::append_matches(std::span<const std::byte> input, Stretch stretch,
                                   double literal_bits, Shortest shortest, Sequences& sequences) {
  const auto bytes = input.subspan(stretch.begin, stretch.bytes());
  if (shortest == Shortest::kThree) return append<3>(bytes, literal_bits, sequences);
  return append<4>(bytes, literal_bits, sequences);
}

}  // namespace h5pave
