#include "transfer/shrink_trial.h"

#include <algorithm>
#include <vector>

#include "encode/chunk_codec.h"
#include "plan/chunk_numbers.h"
#include "transfer/part_layout.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kMostPieces = 8;
constexpr std::uint64_t kMostPieceBytes = std::uint64_t{256} << 10;
/// Of the unfiltered bytes, what the filtered ones may be at most.
constexpr double kMostKept = 7.0 / 8;

std::uint64_t bytes_of(const Extent& length, std::size_t element_bytes) {
  std::uint64_t bytes = element_bytes;
  for (const std::uint64_t count : length) bytes *= count;
  return bytes;
}

Extent chunk_counts(const Extent& extent, const Extent& chunk) {
  Extent counts;
  for (std::size_t dim = 0; dim < extent.size(); ++dim)
    counts.push_back((extent[dim] - 1) / chunk[dim] + 1);
  return counts;
}

/// What lies inside the extent of the chunk at `offset`, cut along its slowest dimensions to a
/// piece.
Extent piece_at(const Extent& offset, const ChunkFormat& format, const Extent& extent) {
  Extent length;
  for (std::size_t dim = 0; dim < extent.size(); ++dim)
    length.push_back(std::min(format.chunk[dim], extent[dim] - offset[dim]));
  for (std::uint64_t& count : length) {
    const std::uint64_t bytes = bytes_of(length, format.element_bytes);
    if (bytes <= kMostPieceBytes) break;
    const std::uint64_t row = bytes / count;
    count = std::max<std::uint64_t>(1, kMostPieceBytes / row);
  }
  return length;
}

}  // namespace

bool do_filters_pay(const ChunkFormat& format, const Extent& extent,
                    const MemoryBox<const std::byte>& memory, DeflateMode mode) {
  const Extent counts = chunk_counts(extent, format.chunk);
  const std::uint64_t chunks = bytes_of(counts, 1);
  const double padded = static_cast<double>(chunks) * static_cast<double>(decoded_bytes(format)) /
                        static_cast<double>(bytes_of(extent, format.element_bytes));
  const std::uint64_t pieces = std::min(chunks, kMostPieces);
  const ChunkNumbers numbers(extent, format.chunk);
  const Box whole{Extent(extent.size(), 0), extent};
  ChunkCodec codec(format.filters, mode);
  std::vector<std::byte> piece;
  for (std::uint64_t i = 0; i < pieces; ++i) {
    const Extent offset = numbers.offset(pieces == 1 ? 0 : i * (chunks - 1) / (pieces - 1));
    const Extent length = piece_at(offset, format, extent);
    piece.resize(bytes_of(length, format.element_bytes));
    copy_box(memory.base, memory_part(memory.layout, whole, {offset, length}), piece.data(),
             dense_layout(length, format.element_bytes), length, format.element_bytes);
    const double kept =
        static_cast<double>(codec.encode(piece).size()) / static_cast<double>(piece.size());
    if (kept <= kMostKept * padded) return true;
  }
  return false;
}

}  // namespace h5pave
