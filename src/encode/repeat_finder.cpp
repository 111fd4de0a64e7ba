#include "encode/repeat_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "encode/bit_writer.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kEveryLow = 0x0101010101010101;
constexpr std::uint64_t kEveryHigh = 0x8080808080808080;

std::uint64_t load(const std::byte* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return little_endian(word);
}

unsigned first_byte(std::uint64_t marks) {
  return static_cast<unsigned>(std::countr_zero(marks)) / 8;
}

// How many of `limit` bytes at `a` and `b` are equal before the first difference.
std::size_t equal_bytes(const std::byte* a, const std::byte* b, std::size_t limit) {
  std::size_t count = 0;
  for (; count + sizeof(std::uint64_t) <= limit; count += sizeof(std::uint64_t)) {
    const std::uint64_t difference = load(a + count) ^ load(b + count);
    if (difference != 0) return count + first_byte(difference);
  }
  while (count < limit && a[count] == b[count]) ++count;
  return count;
}

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

}  // namespace

void append_repeats(std::span<const std::byte> bytes, std::size_t begin, std::size_t end,
                    std::size_t distance, Sequences& sequences) {
  const std::byte* const data = bytes.data();
  std::size_t literals_from = begin;
  std::size_t at = std::max(begin, distance);
  while (at + sizeof(std::uint64_t) <= end) {
    // Byte k of `four` is zero where four bytes from k on equal those before them: k = 0 to 4.
    const std::uint64_t difference = load(data + at) ^ load(data + at - distance);
    const std::uint64_t two = difference | difference >> 8;
    const std::uint64_t four = two | two >> 16 | 0xffffff0000000000;
    const std::uint64_t marks = (four - kEveryLow) & ~four & kEveryHigh;
    if (marks == 0) {
      at += 5;
      continue;
    }
    at += first_byte(marks);
    const std::size_t length = equal_bytes(data + at, data + at - distance, end - at);
    append(sequences, at - literals_from, length, distance);
    at += length;
    literals_from = at;
  }
  append_literals(sequences, end - literals_from);
}

std::size_t find_period(std::span<const std::byte> bytes, std::size_t at) {
  constexpr std::size_t kPatternBytes = 32;
  if (at + kPatternBytes > bytes.size()) return 0;
  const std::byte* const pattern = bytes.data() + at;
  // Near places first: several periods are a period too.
  for (std::size_t reach = 512; reach <= kMaxDistance; reach *= 8) {
    const std::size_t back = std::min(reach, at);
    const std::byte* nearest = nullptr;
    for (const std::byte* from = pattern - back;;) {
      const auto left = static_cast<std::size_t>(pattern - from) + kPatternBytes - 1;
      const void* const found = ::memmem(from, left, pattern, kPatternBytes);
      if (found == nullptr) break;
      nearest = static_cast<const std::byte*>(found);
      from = nearest + 1;
    }
    if (nearest != nullptr) return static_cast<std::size_t>(pattern - nearest);
  }
  return 0;
}

}  // namespace h5pave
