// What the chunks of one dataset look like, and what the process has to work on them with.
//
// Called by the chunk cache and the box transfers. Thread rule: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "commit/chunk_slots.h"
#include "exec/phase_timer.h"
#include "exec/thread_pool.h"
#include "plan/box.h"

namespace h5pave {

/// What does not change while a dataset is open.
struct ChunkFormat {
  Extent chunk;
  std::size_t element_bytes = 0;
  FilterSteps filters;
  std::vector<std::byte> fill;    ///< One element: the content of what was never written.
  bool absent_reads_fill = true;  ///< False: reading an absent chunk leaves the buffer untouched.
};

/// Elements of one chunk; saturates.
std::uint64_t chunk_elements(const ChunkFormat& format);

/// Bytes of one decoded chunk; saturates.
std::uint64_t decoded_bytes(const ChunkFormat& format);

/// Fills `bytes` with repetitions of `element`.
void fill_with(std::span<std::byte> bytes, const std::vector<std::byte>& element);

/// Threads and memory of the process.
struct Workshop {
  ThreadPool* pool;  ///< Null: everything on the caller's thread.
  SlotPool& slots;
  DeflateMode mode;
  PhaseSeconds* seconds = nullptr;  ///< Of the caller's thread; null: not measured.
};

/// A slot for work on a chunk of this format.
SlotLease take_slot(const ChunkFormat& format, const Workshop& workshop);

/// Jobs on chunks of this format that may be in work at a time: two per worker and one, inside the
/// memory limit; 0 when not even one chunk fits.
std::size_t jobs_at_a_time(const ChunkFormat& format, const Workshop& workshop);

/// How many further jobs the memory limit allows while other chunks are in work, theirs included.
std::size_t more_jobs(const ChunkFormat& format, const Workshop& workshop);

}  // namespace h5pave
