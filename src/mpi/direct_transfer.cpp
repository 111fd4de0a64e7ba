#include "mpi/direct_transfer.h"

#include <algorithm>

#include "transfer/part_layout.h"

namespace h5pave {

namespace {

constexpr std::size_t kMostBytes = std::size_t{8} << 20;

/// A box of elements of one chunk that is one piece in the file.
struct Piece {
  std::uint64_t address;
  std::uint64_t bytes;
  Box box;  ///< In the dataset.
};

/// The first dimension of which a part may have any length and still be in one piece: it is as long
/// as the chunk in all later ones.
std::size_t free_dimension(const Extent& length, const Extent& chunk) {
  std::size_t dim = length.size() - 1;
  while (dim > 0 && length[dim] == chunk[dim]) --dim;
  return dim;
}

std::uint64_t bytes_of(const Box& box, const ChunkFormat& format) {
  return element_count(box) * format.element_bytes;
}

/// The pieces of `box`, in the order of their addresses.
std::vector<Piece> pieces_of(const ChunkPlaces& places, const ChunkFormat& format,
                             const Box& box) {
  std::vector<Piece> pieces;
  ChunkParts parts(box, format.chunk);
  ChunkPart part;
  while (parts.next(part)) {
    const std::uint64_t address = places.address(part.offset);
    const std::size_t free = free_dimension(part.selected.length, format.chunk);
    Box piece = part.selected;
    std::uint64_t count = 1;
    for (std::size_t dim = 0; dim < free; ++dim) {
      count *= piece.length[dim];
      piece.length[dim] = 1;
    }
    for (std::uint64_t number = 0; number < count; ++number) {
      std::uint64_t left = number;
      for (std::size_t dim = free; dim-- > 0;) {
        piece.start[dim] = part.selected.start[dim] + left % part.selected.length[dim];
        left /= part.selected.length[dim];
      }
      const auto inside = static_cast<std::uint64_t>(chunk_part(format, {part.offset, piece}).first);
      pieces.push_back({address + inside, bytes_of(piece, format), piece});
    }
  }
  std::sort(pieces.begin(), pieces.end(),
            [](const Piece& a, const Piece& b) { return a.address < b.address; });
  return pieces;
}

/// Calls `move(pieces, bytes)` for groups of pieces that follow each other in the file, of at most
/// kMostBytes or one piece; stops at the first false.
template <typename Move>
bool for_each_group(const std::vector<Piece>& pieces, Move&& move) {
  for (auto first = pieces.begin(); first != pieces.end();) {
    std::uint64_t bytes = first->bytes;
    auto last = std::next(first);
    for (; last != pieces.end(); ++last) {
      if (last->address != first->address + bytes || bytes + last->bytes > kMostBytes) break;
      bytes += last->bytes;
    }
    if (!move(std::span(first, last), static_cast<std::size_t>(bytes))) return false;
    first = last;
  }
  return true;
}

/// True when the elements of a box follow each other in memory, too.
bool is_dense_in_memory(const StridedBytes& memory, const Box& box, const ChunkFormat& format) {
  auto expected = static_cast<std::ptrdiff_t>(format.element_bytes);
  for (std::size_t dim = box.length.size(); dim-- > 0;) {
    if (box.length[dim] == 1) continue;
    if (memory.distance[dim] != expected) return false;
    expected *= static_cast<std::ptrdiff_t>(box.length[dim]);
  }
  return true;
}

}  // namespace

std::uint64_t least_piece_bytes(const ChunkFormat& format, const Box& box) {
  Extent length;
  for (std::size_t dim = 0; dim < box.length.size(); ++dim)
    length.push_back(std::min(box.length[dim], format.chunk[dim]));
  // Chunks at the border of the box have shorter parts; there are few of them in large boxes.
  std::uint64_t bytes = format.element_bytes;
  for (std::size_t dim = free_dimension(length, format.chunk); dim < length.size(); ++dim)
    bytes *= length[dim];
  return bytes;
}

bool all_have_places(const ChunkPlaces& places, const ChunkFormat& format, const Box& box) {
  ChunkParts parts(box, format.chunk);
  ChunkPart part;
  while (parts.next(part)) {
    if (places.address(part.offset) == ChunkPlaces::kNoPlace) return false;
  }
  return true;
}

bool write_directly(const ChunkPlaces& places, const ChunkFormat& format, const Box& box,
                    const MemoryBox<const std::byte>& memory, ByteBuffer& staging,
                    FileBytes& file) {
  const auto write_group = [&](std::span<const Piece> group, std::size_t bytes) {
    const StridedBytes from = memory_part(memory.layout, box, group.front().box);
    if (group.size() == 1 && is_dense_in_memory(from, group.front().box, format))
      return file.write_at(group.front().address, {memory.base + from.first, bytes});
    std::byte* const together = staging.get(bytes).data();
    std::size_t used = 0;
    for (const Piece& piece : group) {
      copy_box(memory.base, memory_part(memory.layout, box, piece.box), together + used,
               dense_layout(piece.box.length, format.element_bytes), piece.box.length,
               format.element_bytes);
      used += static_cast<std::size_t>(piece.bytes);
    }
    return file.write_at(group.front().address, {together, used});
  };
  return for_each_group(pieces_of(places, format, box), write_group);
}

bool read_directly(const ChunkPlaces& places, const ChunkFormat& format, const Box& box,
                   const MemoryBox<std::byte>& memory, ByteBuffer& staging, FileBytes& file) {
  const auto read_group = [&](std::span<const Piece> group, std::size_t bytes) {
    const StridedBytes to = memory_part(memory.layout, box, group.front().box);
    if (group.size() == 1 && is_dense_in_memory(to, group.front().box, format))
      return file.read_at(group.front().address, {memory.base + to.first, bytes});
    const std::span<std::byte> together = staging.get(bytes);
    if (!file.read_at(group.front().address, together)) return false;
    std::size_t used = 0;
    for (const Piece& piece : group) {
      copy_box(together.data() + used, dense_layout(piece.box.length, format.element_bytes),
               memory.base, memory_part(memory.layout, box, piece.box), piece.box.length,
               format.element_bytes);
      used += static_cast<std::size_t>(piece.bytes);
    }
    return true;
  };
  return for_each_group(pieces_of(places, format, box), read_group);
}

}  // namespace h5pave
