// Moves a box of a chunked, filtered dataset between the program's memory and its chunks: whole
// chunks straight through the workers, all else through the chunk cache. Workers gather, encode,
// decode and scatter; the caller's thread alone talks to the store and converts elements.
//
// Called by the plugin's dataset slots. Thread rule: the thread that called HDF5.
#pragma once

#include <cstddef>

#include "cache/chunk_cache.h"
#include "gather/strided_copy.h"
#include "plan/box.h"
#include "transfer/element_converter.h"
#include "transfer/transfer_end.h"

namespace h5pave {

/// The program's memory for a box: element (0, …, 0) of the box lies at base + layout.first.
template <typename Byte>
struct MemoryBox {
  Byte* base;
  StridedBytes layout;
};

/// A dataset as a transfer sees it.
struct TransferTarget {
  const ChunkFormat& format;
  const Extent& extent;
  ChunkCache& cache;
  ChunkAccess access;
  ElementConverter* converter;  ///< Null: elements are the same in memory and in the file.
};

/// Writes `box`, which lies inside the extent. Part of it may already be in the cache or in the
/// file when the end is not kDone; writing the box again is right.
TransferEnd write_box(const TransferTarget& target, const Box& box,
                      const MemoryBox<const std::byte>& memory);

/// Reads `box`, which lies inside the extent. Parts of the memory may be written when the end is
/// not kDone; reading the box again is right.
TransferEnd read_box(const TransferTarget& target, const Box& box,
                     const MemoryBox<std::byte>& memory);

}  // namespace h5pave
