// The parallel chunk writer and reader: moves a box of a chunked, filtered dataset between the
// program's memory and a ChunkStore. Workers gather, encode, decode and scatter; the caller's
// thread alone talks to the store.
//
// Called by the plugin's dataset slots. Thread rule: the thread that called HDF5.
#pragma once

#include <cstddef>
#include <vector>

#include "commit/chunk_slots.h"
#include "commit/chunk_store.h"
#include "exec/thread_pool.h"
#include "gather/strided_copy.h"
#include "plan/box.h"

namespace h5pave {

/// What does not change while a dataset is open.
struct ChunkFormat {
  Extent chunk;
  std::size_t element_bytes = 0;
  FilterSteps filters;
  std::vector<std::byte> fill;  ///< One element: pads the part of edge chunks outside the extent.
};

/// Bytes of one decoded chunk; saturates.
std::uint64_t decoded_bytes(const ChunkFormat& format);

/// The program's memory for a box: element (0, …, 0) of the box lies at base + layout.first.
template <typename Byte>
struct MemoryBox {
  Byte* base;
  StridedBytes layout;
};

/// Threads and memory of the process.
struct Workshop {
  ThreadPool* pool;  ///< Null: everything on the caller's thread.
  SlotPool& slots;
  DeflateMode mode;
};

enum class TransferEnd {
  kDone,
  kStoreFailed,  ///< Writing only: the store refused a chunk; the error stack says why.
  kGiveUp,       ///< Nothing is wrong with the program: the caller goes on natively.
};

/// Writes `box`, which must cover every chunk that it touches up to `extent`. On kStoreFailed and
/// kGiveUp some chunks may already be written; writing the box again natively is right.
TransferEnd write_chunks(const ChunkFormat& format, const Extent& extent, const Box& box,
                         const MemoryBox<const std::byte>& memory, const Workshop& workshop,
                         ChunkStore& store);

/// Reads `box`. On kGiveUp (a chunk is absent, masked, damaged or unreadable) parts of the memory
/// may be written; reading the box again natively is right.
TransferEnd read_chunks(const ChunkFormat& format, const Box& box,
                        const MemoryBox<std::byte>& memory, const Workshop& workshop,
                        ChunkStore& store);

}  // namespace h5pave
