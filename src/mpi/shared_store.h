// Where the chunks of a collective write come from and go to. The plugin implements it over libhdf5
// and the file's MPI handle, the tests in memory.
//
// Called by the collective writer. Thread rule: the thread that called HDF5 only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "commit/chunk_store.h"
#include "plan/box.h"

namespace h5pave {

class SharedStore {
 public:
  SharedStore() = default;
  SharedStore(const SharedStore&) = delete;
  SharedStore& operator=(const SharedStore&) = delete;
  virtual ~SharedStore() = default;

  /// The chunks as they are in the file, for reading; each rank on its own.
  virtual ChunkStore& chunks() = 0;

  /// Gives the chunk at `offset` a place of `stored_bytes` bytes in the file and in the index,
  /// filter mask 0; its address, or nothing when that failed. All ranks make the same calls in the
  /// same order, also after a failure.
  virtual std::optional<std::uint64_t> allocate(const Extent& offset,
                                                std::uint64_t stored_bytes) = 0;  // collective

  /// Has libhdf5 do what it does when all ranks write nothing: allocate the dataset's storage. Only
  /// on this rank did it go wrong when the answer is false.
  virtual bool write_nothing() = 0;  // collective

  /// Writes bytes of chunks that have their places; each rank on its own.
  virtual bool write_at(std::uint64_t address, std::span<const std::byte> data) = 0;

  /// Makes what was written visible to all ranks.
  virtual bool make_visible() = 0;  // collective
};

}  // namespace h5pave
