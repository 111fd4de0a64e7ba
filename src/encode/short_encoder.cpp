#include "encode/short_encoder.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "encode/block_size.h"
#include "encode/repeat_finder.h"
#include "encode/stretches.h"

namespace h5pave {

namespace {

// Shares of the size so far.
constexpr double kNearlyNothing = 0.01;  // Of the stretch: not worth a search.
constexpr double kWorthCounting = 0.002;
// Of what was written before: a stretch that is smaller is not searched, as half of it at most
// would be saved.
constexpr double kSmallBeside = 0.02;

// Where literals take so many bits, copies of three of them from near by save some. In what no code
// shortens they save little and take long: zlib's higher levels alone find more without them.
constexpr double kBitsOfNoise = 4.5;
constexpr double kBitsOfPureNoise = 8;
constexpr unsigned kZlibsDefaultLevel = 6;
// In what takes fewer bits a byte, zlib's higher levels find more, and an engine is fast.
constexpr unsigned kZlibsFourthLevel = 4;
constexpr double kStructuredBits = 3.5;
constexpr double kBitsOfLike = 0.3;  // What remains of a plane that is like another.
constexpr std::size_t kMinStructureBytes = 4096;
constexpr std::size_t kLookBytes = 4096;
constexpr std::size_t kBytesWithoutLook = 2 * kLookBytes;

// The smallest way so far to say `bytes`, as the sequences from `begin` on.
class Smallest {
 public:
  Smallest(std::span<const std::byte> bytes, Sequences& sequences, std::size_t begin)
      : bytes_(bytes), sequences_(sequences), begin_(begin) {
    count_symbols(bytes.data(), std::span(sequences).subspan(begin), counts_);
    bits_ = block_bits(counts_, bytes.size());
  }
  double bits() const { return bits_; }
  double bits_per_byte() const { return bits_ / static_cast<double>(bytes_.size()); }
  bool is_noise() const { return bits_per_byte() >= 8; }
  bool is_nearly_nothing() const { return bits_per_byte() <= 8 * kNearlyNothing; }
  const SymbolCounts& counts() const { return counts_; }

  /// Takes `other` if it is smaller, and says so.
  bool offer(const Sequences& other) {
    SymbolCounts counts;
    count_symbols(bytes_.data(), other, counts);
    const double bits = block_bits(counts, bytes_.size());
    if (bits >= bits_) return false;
    bits_ = bits;
    counts_ = counts;
    sequences_.resize(begin_);
    sequences_.insert(sequences_.end(), other.begin(), other.end());
    return true;
  }

 private:
  std::span<const std::byte> bytes_;
  Sequences& sequences_;
  std::size_t begin_;
  SymbolCounts counts_;
  double bits_;
};

// How far back the nearest plane lies that is the same in part, as those of the signs of integers
// are; 0 where there is none. Judged by a few places.
std::size_t distance_of_like_plane(std::span<const std::byte> input, Stretch stretch,
                                   std::size_t plane_bytes) {
  constexpr std::size_t kPlaces = 16;
  constexpr std::size_t kPlaceBytes = 8;
  constexpr std::size_t kEnough = 2;
  if (stretch.bytes() < kPlaces * kPlaceBytes) return 0;
  const std::size_t farthest = std::min(stretch.begin, kMaxDistance);
  for (std::size_t distance = plane_bytes; distance <= farthest; distance += plane_bytes) {
    std::size_t same = 0;
    for (std::size_t i = 0; i < kPlaces; ++i) {
      const std::byte* const at =
          input.data() + stretch.begin + (stretch.bytes() - kPlaceBytes) * i / (kPlaces - 1);
      same += std::memcmp(at, at - distance, kPlaceBytes) == 0 ? 1 : 0;
    }
    if (same >= kEnough) return distance;
  }
  return 0;
}

}  // namespace

ShortEncoder::ShortEncoder(unsigned level, DeflateMode mode)
    : leaves_structure_(mode == DeflateMode::kBalanced && level > kZlibsFourthLevel),
      worth_three_bytes_(mode == DeflateMode::kFast ? 0.04 : 0.006),
      most_bits_for_three_bytes_(level > kZlibsDefaultLevel ? std::numeric_limits<double>::max()
                                                            : kBitsOfPureNoise) {}

bool ShortEncoder::three_bytes_pay(std::span<const std::byte> input, Stretch stretch,
                                   double literal_bits) {
  if (literal_bits < kBitsOfNoise || literal_bits >= most_bits_for_three_bytes_) return false;
  if (stretch.bytes() <= kBytesWithoutLook) return true;
  const Stretch look = pieces_of(stretch, kLookBytes, 1).front();
  const auto saved = [&](MatchFinder::Shortest shortest) {
    other_.clear();
    return matches_.append_matches(input, look, literal_bits, shortest, other_);
  };
  const double more = saved(MatchFinder::Shortest::kThree) - saved(MatchFinder::Shortest::kFour);
  return more > worth_three_bytes_ * literal_bits * static_cast<double>(look.bytes());
}

// Fills other_ with what a search finds and returns the bits that it saves.
double ShortEncoder::find_matches(std::span<const std::byte> input, Stretch stretch,
                                  double bits_per_byte) {
  const double literal_bits = std::max(bits_per_byte, std::min(2.5 * bits_per_byte, 3.0));
  const auto shortest = three_bytes_pay(input, stretch, literal_bits)
                            ? MatchFinder::Shortest::kThree
                            : MatchFinder::Shortest::kFour;
  other_.clear();
  return matches_.append_matches(input, stretch, literal_bits, shortest, other_);
}

LeftTo ShortEncoder::left_to(double bits_per_byte, std::size_t bytes,
                             bool is_like_other_plane) const {
  if (!leaves_structure_ || bits_per_byte <= 8 * kNearlyNothing) return LeftTo::kNobody;
  if (is_like_other_plane)
    return bits_per_byte < kBitsOfLike ? LeftTo::kNobody : LeftTo::kSearchOfAll;
  const bool structured = bytes >= kMinStructureBytes && bits_per_byte < kStructuredBits;
  return structured ? LeftTo::kSearch : LeftTo::kNobody;
}

LeftTo ShortEncoder::encode(std::span<const std::byte> input, Stretch stretch,
                            std::size_t plane_bytes, LastBlock last, BitWriter& out,
                            StreamTrace& trace) {
  const auto bytes = input.subspan(stretch.begin, stretch.bytes());
  const std::size_t begin = trace.sequences.size();
  append_repeats(input, stretch.begin, stretch.end, 1, trace.sequences);
  Smallest smallest(bytes, trace.sequences, begin);
  bool is_like_other_plane = false;
  const auto offer_repeats_of = [&](std::size_t distance) {
    if (distance < 2) return;
    other_.clear();
    append_repeats(input, stretch.begin, stretch.end, distance, other_);
    is_like_other_plane |= smallest.offer(other_) && distance >= plane_bytes;
  };
  // A search finds the periods of noise, too.
  if (!smallest.is_nearly_nothing() && !smallest.is_noise())
    offer_repeats_of(find_period(bytes, bytes.size() / 2));
  if (!smallest.is_nearly_nothing())
    offer_repeats_of(distance_of_like_plane(input, stretch, plane_bytes));
  const bool is_small = smallest.bits() < 8 * kSmallBeside * static_cast<double>(out.size());
  if (!smallest.is_nearly_nothing() && !is_small) {
    const double saved = find_matches(input, stretch, smallest.bits_per_byte());
    if (saved > smallest.bits() * kWorthCounting) smallest.offer(other_);
  }
  const LeftTo left = left_to(smallest.bits_per_byte(), bytes.size(), is_like_other_plane);
  if (left != LeftTo::kNobody) {
    trace.sequences.resize(begin);
    return left;
  }
  trace.blocks.push_back({stretch.begin, begin, trace.sequences.size()});
  write_block(bytes, trace.of(trace.blocks.back()), smallest.counts(), last, out);
  return left;
}

}  // namespace h5pave
