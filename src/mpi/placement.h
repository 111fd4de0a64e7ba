// Writes what one rank encoded to the addresses that libhdf5 gave it, in few large writes.
//
// Called by the collective writer. Thread rule: the thread that called HDF5.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "commit/chunk_slots.h"
#include "mpi/shared_store.h"

namespace h5pave {

struct PlacedChunk {
  std::uint64_t number;
  std::uint64_t address;
  std::span<const std::byte> stored;
};

/// Writes all of `chunks`, those that follow each other in the file at most 8 MB at a time;
/// `staging` is for putting them together. Reorders `chunks`. False when a write failed. Throws
/// std::bad_alloc.
bool place(std::vector<PlacedChunk>& chunks, ByteBuffer& staging, SharedStore& store);

}  // namespace h5pave
