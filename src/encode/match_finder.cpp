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

// The bits of a loaded word that belong to its first kBytes bytes.
template <std::size_t kBytes>
std::uint32_t of_first(std::uint32_t word) {
  if constexpr (kBytes == 4) return word;
  return std::endian::native == std::endian::little ? word << 8 : word & 0xFFFFFF00U;
}

// Where the same kBytes bytes, or others of the same hash, were seen last: the place plus 1, or 0.
template <std::size_t kBytes>
class LastPlaces {
 public:
  LastPlaces() = default;
  LastPlaces(const std::byte* data, std::uint16_t* places, unsigned bits)
      : data_(data), places_(places), shift_(32 - bits) {
    std::fill_n(places, std::size_t{1} << bits, std::uint16_t{0});
  }
  /// Leaves `at` instead.
  std::size_t take(std::size_t at) {
    const std::uint32_t word = of_first<kBytes>(load<std::uint32_t>(data_ + at));
    return std::exchange(places_[word * 0x9E3779B1U >> shift_], static_cast<std::uint16_t>(at + 1));
  }
  /// Whether what take() gave is another word than at `at`. Noise hardly ever passes this: whether
  /// there was a place at all, is a branch that nobody foresees.
  bool is_other(std::size_t at, std::size_t from) const {
    const std::size_t place = from - (from == 0 ? 0 : 1);
    return of_first<kBytes>(load<std::uint32_t>(data_ + at) ^ load<std::uint32_t>(data_ + place)) !=
           0;
  }

 private:
  const std::byte* data_ = nullptr;
  std::uint16_t* places_ = nullptr;
  unsigned shift_ = 0;
};

template <std::size_t kLeast>
class Search {
 public:
  /// Copies of three bytes are looked for where kLeast is 3.
  Search(std::span<const std::byte> bytes, double literal_bits, LastPlaces<4> fours,
         LastPlaces<3> threes)
      : data_(bytes.data()),
        size_(bytes.size()),
        literal_bits_(literal_bits),
        shortest_(shortest_copies(literal_bits, kLeast)),
        fours_(fours),
        threes_(threes) {}

  double append_to(Sequences& sequences) {
    const std::size_t end = size_ < kShortest ? 0 : size_ - kShortest + 1;
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
      for (++at; at < std::min(literals_from, end); ++at) pass(at);
      at = literals_from;
    }
    if (literals_from < size_)
      sequences.push_back({static_cast<std::uint32_t>(size_ - literals_from), 0, 0});
    return saved;
  }

 private:
  void pass(std::size_t at) {
    fours_.take(at);
    if constexpr (kLeast == 3) threes_.take(at);
  }

  Found find(std::size_t at) {
    const std::size_t four = fours_.take(at);
    if constexpr (kLeast == 4) return fours_.is_other(at, four) ? Found{} : copy_from(four, at);
    const std::size_t three = threes_.take(at);
    if (fours_.is_other(at, four) & threes_.is_other(at, three)) return {};
    const Found of_four = copy_from(four, at);
    const Found of_three = copy_from(three, at);
    return of_three.saved_bits > of_four.saved_bits ? of_three : of_four;
  }

  Found copy_from(std::size_t from, std::size_t at) const {
    const std::size_t distance = at + 1 - from;
    if (from == 0 || distance > kMaxDistance) return {};
    const std::size_t length =
        equal_bytes(data_ + at, data_ + from - 1, std::min(size_ - at, kMaxCopy));
    const auto distance_bits = static_cast<std::size_t>(std::bit_width(distance));
    if (length < shortest_[distance_bits]) return {};
    return {length, distance,
            static_cast<double>(length) * literal_bits_ - kCodeBits -
                static_cast<double>(distance_bits)};
  }

  const std::byte* data_;
  std::size_t size_;
  double literal_bits_;
  std::array<std::size_t, 17> shortest_;
  LastPlaces<4> fours_;
  LastPlaces<3> threes_;
};

}  // namespace

double MatchFinder::append_matches(std::span<const std::byte> input, Stretch stretch,
                                   double literal_bits, Shortest shortest, Sequences& sequences) {
  const auto bytes = input.subspan(stretch.begin, stretch.bytes());
  const unsigned bits =
      std::clamp(static_cast<unsigned>(std::bit_width(bytes.size())) + 1, 8U, kMostTableBits);
  const LastPlaces<4> fours(bytes.data(), last_place_.data(), bits);
  if (shortest == Shortest::kFour)
    return Search<4>(bytes, literal_bits, fours, {}).append_to(sequences);
  const LastPlaces<3> threes(bytes.data(), last_place_of_three_.data(), kTableBitsOfThree);
  return Search<3>(bytes, literal_bits, fours, threes).append_to(sequences);
}

}  // namespace h5pave
