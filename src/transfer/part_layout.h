// Where the elements of one chunk's part of a box lie: in the program's memory, in the chunk.
//
// Called by the box transfers. Thread rule: pure functions.
#pragma once

#include "commit/chunk_format.h"
#include "gather/strided_copy.h"
#include "plan/box.h"

namespace h5pave {

/// Byte layout of the part's elements in the program's memory, where `whole` is that of the box.
StridedBytes memory_part(const StridedBytes& whole, const Box& box, const Box& part);

/// Byte layout of the part's elements in its decoded chunk.
StridedBytes chunk_part(const ChunkFormat& format, const ChunkPart& part);

/// Lengths of the pieces in which `box` goes through a converter whose elements take `room_bytes`,
/// so that the elements of a piece take at most kConvertedBytes; the whole box where it does. Grids
/// from 0 on may cut once more.
Extent converted_lengths(const Box& box, std::size_t room_bytes);
inline constexpr std::uint64_t kConvertedBytes = std::uint64_t{4} << 20U;

/// True when the part is the whole chunk, also what lies outside the extent.
bool is_whole(const ChunkFormat& format, const ChunkPart& part);

/// Elements of the chunk at `offset` that lie inside `extent`.
std::uint64_t elements_inside(const ChunkFormat& format, const Extent& offset,
                              const Extent& extent);

/// True when a whole chunk lies in memory as it lies in the file.
bool is_dense(const ChunkFormat& format, const StridedBytes& memory);

}  // namespace h5pave
