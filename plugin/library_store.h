// The chunks of a dataset in a file of the mpio driver, for the ranks' own writer: libhdf5 keeps
// the index and gives places, the bytes go to the file's MPI handle.
//
// Called by mpi_write.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "library_context.h"
#include "mpi/mpi_table.h"
#include "mpi/shared_store.h"
#include "mpi_files.h"
#include "native_chunk_store.h"

namespace h5pave {

class LibraryStore : public SharedStore {
 public:
  /// Throws when libhdf5 gives no context. `seconds`: where the time is counted, or null.
  LibraryStore(const H5VL_class_t& native, void* dataset, ChunkedDataset& facts, MpiFile& file,
               PhaseSeconds* seconds);

  ChunkStore& chunks() override { return store_; }
  std::optional<std::uint64_t> allocate(const Extent& offset,
                                        std::uint64_t stored_bytes) override;  // collective
  bool write_nothing() override;                                               // collective
  bool write_at(std::uint64_t address, std::span<const std::byte> data) override;
  bool make_visible() override;  // collective

 private:
  const H5VL_class_t& native_;
  void* const dataset_;
  ChunkedDataset& facts_;
  TappedFile& tapped_;
  const H5paveMpiTable& table_;
  LibraryContext context_;  ///< All below happens outside the program's own call.
  NativeChunkStore store_;
};

}  // namespace h5pave
