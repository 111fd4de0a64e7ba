#include "encode/stretches.h"

#include <algorithm>

namespace h5pave {

namespace {

// Longer stretches are judged in parts.
constexpr std::size_t kMaxSegmentBytes = 524288;
constexpr std::size_t kBytesPerPiece = 262144;

void append_parts(Stretch stretch, std::vector<Stretch>& parts) {
  const std::size_t count = std::max<std::size_t>(1, stretch.bytes() / kMaxSegmentBytes);
  for (std::size_t i = 0; i < count; ++i) {
    parts.push_back({stretch.begin + stretch.bytes() * i / count,
                     stretch.begin + stretch.bytes() * (i + 1) / count});
  }
}

}  // namespace

std::vector<Stretch> stretches_of(std::size_t bytes, PlaneLayout layout) {
  std::vector<Stretch> parts;
  if (layout.count < 2 || layout.bytes < kMinSegmentBytes) {
    append_parts({0, bytes}, parts);
    return parts;
  }
  for (std::size_t plane = 0; plane < layout.count; ++plane) {
    const bool last = plane + 1 == layout.count;
    append_parts({plane * layout.bytes, last ? bytes : (plane + 1) * layout.bytes}, parts);
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
