#include "mpi/write_source.h"

#include <algorithm>

#include "mpi/pieces.h"
#include "transfer/part_layout.h"

namespace h5pave {

ChunkNumbers::ChunkNumbers(const Extent& extent, const Extent& chunk)
    : extent_(extent), chunk_(chunk) {
  for (std::size_t dim = 0; dim < extent.size(); ++dim)
    counts_.push_back((extent[dim] - 1) / chunk[dim] + 1);
}

ChunkRow ChunkNumbers::row(std::uint64_t element, std::uint64_t most) const {
  ChunkRow row{0, 0, most};
  std::uint64_t number_stride = 1;
  std::uint64_t inside_stride = 1;
  for (std::size_t dim = extent_.size(); dim-- > 0;) {
    const std::uint64_t coordinate = element % extent_[dim];
    element /= extent_[dim];
    const std::uint64_t at = coordinate % chunk_[dim];
    if (dim + 1 == extent_.size())
      row.count = std::min({row.count, extent_[dim] - coordinate, chunk_[dim] - at});
    row.number += coordinate / chunk_[dim] * number_stride;
    row.inside += at * inside_stride;
    number_stride *= counts_[dim];
    inside_stride *= chunk_[dim];
  }
  return row;
}

std::uint64_t ChunkNumbers::number(const Extent& offset) const {
  std::uint64_t number = 0;
  for (std::size_t dim = 0; dim < counts_.size(); ++dim)
    number = number * counts_[dim] + offset[dim] / chunk_[dim];
  return number;
}

Extent ChunkNumbers::offset(std::uint64_t number) const {
  Extent offset(counts_.size());
  put_offset(number, offset);
  return offset;
}

void ChunkNumbers::put_offset(std::uint64_t number, Extent& offset) const noexcept {
  for (std::size_t dim = counts_.size(); dim-- > 0;) {
    offset[dim] = number % counts_[dim] * chunk_[dim];
    number /= counts_[dim];
  }
}

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
