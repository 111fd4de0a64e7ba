#include "mpi/write_source.h"

#include <algorithm>

#include "mpi/pieces.h"
#include "transfer/part_layout.h"

namespace h5pave {

BoxSource::BoxSource(const ChunkFormat& format, const Extent& extent, Box box,
                     const std::byte* base, StridedBytes layout)
    : format_(format),
      numbers_(extent, format.chunk),
      box_(std::move(box)),
      base_(base),
      layout_(std::move(layout)) {
  ChunkParts all(box_, format_.chunk);
  ChunkPart part;
  while (all.next(part))
    touched_.push_back(
        {numbers_.number(part.offset), element_count(part.selected) * format_.element_bytes});
}

ChunkPart BoxSource::part(std::uint64_t number) const {
  ChunkPart part;
  part.offset = numbers_.offset(number);
  for (std::size_t dim = 0; dim < part.offset.size(); ++dim) {
    const std::uint64_t start = std::max(part.offset[dim], box_.start[dim]);
    const std::uint64_t end =
        std::min(part.offset[dim] + format_.chunk[dim], box_.start[dim] + box_.length[dim]);
    part.selected.start.push_back(start);
    part.selected.length.push_back(end - start);
  }
  return part;
}

std::span<const std::byte> BoxSource::whole(std::uint64_t number) const {
  const ChunkPart selected = part(number);
  const StridedBytes memory = memory_part(layout_, box_, selected.selected);
  if (!is_whole(format_, selected) || !is_dense(format_, memory)) return {};
  return {base_ + memory.first, static_cast<std::size_t>(decoded_bytes(format_))};
}

void BoxSource::copy_into(std::uint64_t number, std::span<std::byte> chunk) const {
  const ChunkPart selected = part(number);
  copy_box(base_, memory_part(layout_, box_, selected.selected), chunk.data(),
           chunk_part(format_, selected), selected.selected.length, format_.element_bytes);
}

void BoxSource::pack(std::uint64_t number, std::vector<std::byte>& message) const {
  const ChunkPart selected = part(number);
  const Extent& length = selected.selected.length;
  Box inside{{}, length};
  for (std::size_t dim = 0; dim < length.size(); ++dim)
    inside.start.push_back(selected.selected.start[dim] - selected.offset[dim]);
  const auto bytes =
      static_cast<std::size_t>(element_count(selected.selected)) * format_.element_bytes;
  copy_box(base_, memory_part(layout_, box_, selected.selected),
           add_piece(message, number, inside, bytes).data(),
           dense_layout(length, format_.element_bytes), length, format_.element_bytes);
}

}  // namespace h5pave
