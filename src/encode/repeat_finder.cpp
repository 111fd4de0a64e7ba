#include "encode/repeat_finder.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "encode/equal_mask.h"

namespace h5pave {

namespace {

// A copy of any length as several of at most 258 bytes, none below 3. Requires length >= 3.
void append(Sequences& sequences, std::size_t literals, std::size_t length, std::size_t distance) {
  while (length > 0) {
    const std::size_t now = length <= kMaxCopy ? length : std::min(kMaxCopy, length - kMinCopy);
    sequences.push_back({static_cast<std::uint32_t>(literals), static_cast<std::uint16_t>(now),
                         static_cast<std::uint16_t>(distance)});
    length -= now;
    literals = 0;
  }
}

void append_literals(Sequences& sequences, std::size_t literals) {
  if (literals != 0) sequences.push_back({static_cast<std::uint32_t>(literals), 0, 0});
}

// Of 64 bytes each compared with its predecessor: the runs of equal ones are read off a mask, so
// that few branches depend on the data.
class RepeatScan {
 public:
  RepeatScan(std::size_t begin, std::size_t distance, Sequences& sequences)
      : literals_from_(begin), distance_(distance), sequences_(sequences) {}

  /// Bit i of `equal`, of which `count` count, tells of byte at + i. Called in order, without gaps.
  void add(std::size_t at, std::uint64_t equal, std::size_t count) {
    if (run_begin_ != kNone) {
      const auto more = static_cast<std::size_t>(std::countr_one(equal));
      if (more >= count) return;
      finish_run(at + more);
      equal &= ~low_bits(more);
    }
    // What reaches the end may go on behind it.
    const auto open = static_cast<std::size_t>(std::countl_one(equal << (64 - count)));
    if (open > 0) run_begin_ = at + count - open;
    equal &= low_bits(count - open);
    std::uint64_t begins = equal & equal >> 1 & equal >> 2 & equal >> 3;
    while (begins != 0) {
      const auto begin = static_cast<std::size_t>(std::countr_zero(begins));
      const auto length = static_cast<std::size_t>(std::countr_one(equal >> begin));
      add_copy(at + begin, length);
      begins &= ~low_bits(begin + length);
    }
  }

  void finish(std::size_t end) {
    if (run_begin_ != kNone) finish_run(end);
    append_literals(sequences_, end - literals_from_);
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  static std::uint64_t low_bits(std::size_t count) {
    return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  }
  void finish_run(std::size_t end) {
    if (end - run_begin_ >= kMinRepeat) add_copy(run_begin_, end - run_begin_);
    run_begin_ = kNone;
  }
  void add_copy(std::size_t begin, std::size_t length) {
    append(sequences_, begin - literals_from_, length, distance_);
    literals_from_ = begin + length;
  }

  std::size_t literals_from_;
  std::size_t run_begin_ = kNone;  // Of a run that may go on.
  std::size_t distance_;
  Sequences& sequences_;
};

}  // namespace

void append_repeats(std::span<const std::byte> bytes, std::size_t begin, std::size_t end,
                    std::size_t distance, Sequences& sequences) {
  RepeatScan scan(begin, distance, sequences);
  std::size_t at = std::max(begin, distance);
  const std::byte* const data = bytes.data();
  for (; at + 64 <= end; at += 64)
    scan.add(at, equal_bytes_of_64(data + at, data + at - distance), 64);
  if (at < end) {
    std::uint64_t equal = 0;
    for (std::size_t i = 0; at + i < end; ++i) {
      equal |= std::uint64_t{data[at + i] == data[at + i - distance]} << i;
    }
    scan.add(at, equal, end - at);
  }
  scan.finish(end);
}

std::size_t find_period(std::span<const std::byte> bytes, std::size_t at) {
  constexpr std::size_t kPatternBytes = 32;
  constexpr std::size_t kNear = 4096;
  if (at + kPatternBytes > bytes.size()) return 0;
  const std::byte* const pattern = bytes.data() + at;
  // Near places first, one by one: several periods are a period too.
  std::uint64_t begin;
  std::memcpy(&begin, pattern, sizeof begin);
  for (std::size_t back = 1; back <= std::min(kNear, at); ++back) {
    std::uint64_t there;
    std::memcpy(&there, pattern - back, sizeof there);
    if (there == begin && std::memcmp(pattern - back, pattern, kPatternBytes) == 0) return back;
  }
  // Then all of the others at once.
  std::size_t nearest = 0;
  for (std::size_t back = std::min(kMaxDistance, at); back > kNear;) {
    const void* const found =
        ::memmem(pattern - back, back - kNear + kPatternBytes - 1, pattern, kPatternBytes);
    if (found == nullptr) break;
    nearest = static_cast<std::size_t>(pattern - static_cast<const std::byte*>(found));
    back = nearest - 1;
  }
  return nearest;
}

}  // namespace h5pave
