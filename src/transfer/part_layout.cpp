#include "transfer/part_layout.h"

#include <algorithm>

namespace h5pave {

StridedBytes memory_part(const StridedBytes& whole, const Box& box, const Box& part) {
  StridedBytes layout = whole;
  for (std::size_t dim = 0; dim < part.start.size(); ++dim) {
    layout.first +=
        whole.distance[dim] * static_cast<std::ptrdiff_t>(part.start[dim] - box.start[dim]);
  }
  return layout;
}

StridedBytes chunk_part(const ChunkFormat& format, const ChunkPart& part) {
  StridedBytes layout = dense_layout(format.chunk, format.element_bytes);
  for (std::size_t dim = 0; dim < format.chunk.size(); ++dim) {
    layout.first += layout.distance[dim] *
                    static_cast<std::ptrdiff_t>(part.selected.start[dim] - part.offset[dim]);
  }
  return layout;
}

Extent converted_lengths(const Box& box, std::size_t room_bytes) {
  std::uint64_t room = std::max<std::uint64_t>(kConvertedBytes / room_bytes, 1);
  Extent lengths = box.length;
  for (std::size_t dim = lengths.size(); dim-- > 0;) {
    lengths[dim] = std::min(lengths[dim], room);
    room /= lengths[dim];
    if (lengths[dim] < box.length[dim]) room = 1;
  }
  return lengths;
}

bool is_whole(const ChunkFormat& format, const ChunkPart& part) {
  return part.selected.length == format.chunk;
}

std::uint64_t elements_inside(const ChunkFormat& format, const Extent& offset,
                              const Extent& extent) {
  std::uint64_t elements = 1;
  for (std::size_t dim = 0; dim < extent.size(); ++dim)
    elements *= std::min(format.chunk[dim], extent[dim] - offset[dim]);
  return elements;
}

bool is_dense(const ChunkFormat& format, const StridedBytes& memory) {
  const StridedBytes dense = dense_layout(format.chunk, format.element_bytes);
  for (std::size_t dim = 0; dim < format.chunk.size(); ++dim) {
    if (format.chunk[dim] > 1 && memory.distance[dim] != dense.distance[dim]) return false;
  }
  return true;
}

}  // namespace h5pave
