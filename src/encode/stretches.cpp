#include "encode/stretches.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace h5pave {

namespace {

// Longer stretches are judged in parts.
constexpr std::size_t kMaxSegmentBytes = 524288;
constexpr std::size_t kBytesPerPiece = 135168;  // A 256 KiB plane has one.

using Bytes = std::span<const std::byte>;

bool is_filled(const std::byte* bytes, std::uint64_t pattern) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word == pattern;
}

// Eight times the byte, to compare words.
std::uint64_t pattern_of(std::byte byte) {
  return 0x0101010101010101 * std::to_integer<std::uint64_t>(byte);
}

std::size_t run_at_back(Bytes bytes) {
  const std::uint64_t pattern = pattern_of(bytes.back());
  std::size_t left = bytes.size();
  while (left >= sizeof pattern && is_filled(&bytes[left - sizeof pattern], pattern)) {
    left -= sizeof pattern;
  }
  while (left > 0 && bytes[left - 1] == bytes.back()) --left;
  return bytes.size() - left;
}

/// Appends `part`, and before and behind it what one byte fills there.
void append_split(std::span<const std::byte> input, Stretch part, std::vector<Stretch>& parts) {
  const auto take = [&](std::size_t run) {
    return run >= kMinSegmentBytes && part.bytes() - run >= kMinSegmentBytes ? run : 0;
  };
  const auto bytes = input.subspan(part.begin, part.bytes());
  const std::size_t run = run_at_front(bytes);
  const std::size_t head = take(run);
  if (head > 0) parts.push_back({part.begin, part.begin + head});
  part.begin += head;
  const std::size_t tail = run == bytes.size() ? 0 : take(run_at_back(bytes));
  parts.push_back({part.begin, part.end - tail});
  if (tail > 0) parts.push_back({part.end - tail, part.end});
}

void append_parts(std::span<const std::byte> input, Stretch stretch, std::vector<Stretch>& parts) {
  const std::size_t count = std::max<std::size_t>(1, stretch.bytes() / kMaxSegmentBytes);
  for (std::size_t i = 0; i < count; ++i) {
    append_split(input,
                 {stretch.begin + stretch.bytes() * i / count,
                  stretch.begin + stretch.bytes() * (i + 1) / count},
                 parts);
  }
}

}  // namespace

std::size_t run_at_front(std::span<const std::byte> bytes) {
  const std::uint64_t pattern = pattern_of(bytes.front());
  std::size_t run = 0;
  while (run + sizeof pattern <= bytes.size() && is_filled(&bytes[run], pattern)) {
    run += sizeof pattern;
  }
  while (run < bytes.size() && bytes[run] == bytes.front()) ++run;
  return run;
}

std::vector<Stretch> stretches_of(std::span<const std::byte> input, PlaneLayout layout) {
  std::vector<Stretch> parts;
  if (layout.count < 2) {
    append_parts(input, {0, input.size()}, parts);
    return parts;
  }
  for (std::size_t plane = 0; plane < layout.count; ++plane) {
    const bool last = plane + 1 == layout.count;
    append_parts(input, {plane * layout.bytes, last ? input.size() : (plane + 1) * layout.bytes},
                 parts);
  }
  return parts;
}

std::vector<Stretch> pieces_of(Stretch stretch, std::size_t piece_bytes, std::size_t most) {
  const std::size_t count = std::clamp<std::size_t>(stretch.bytes() / kBytesPerPiece, 1, most);
  const std::size_t bytes = std::min(piece_bytes, stretch.bytes() / count);
  std::vector<Stretch> pieces;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t middle = stretch.begin + stretch.bytes() * (2 * i + 1) / (2 * count);
    pieces.push_back({middle - bytes / 2, middle - bytes / 2 + bytes});
  }
  return pieces;
}

}  // namespace h5pave
