// What h5pave keeps of one chunked dataset of an open file, shared by all its handles: its facts,
// its extent, its chunk cache.
//
// Called by chunk_io.cpp and coherence.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cache/chunk_cache.h"
#include "cache/read_pattern.h"
#include "chunked_dataset.h"
#include "mpi/chunk_places.h"
#include "mpi/pending_chunks.h"
#include "report/statistics.h"

namespace h5pave {

struct Object;

/// One dataset of one open file: the same for every handle, however it was opened.
struct DatasetKey {
  unsigned long file_number = 0;
  std::array<std::uint8_t, H5O_MAX_TOKEN_SIZE> token{};

  friend auto operator<=>(const DatasetKey&, const DatasetKey&) = default;
};

/// What is kept of a dataset in an MPI file.
struct MpiState {
  /// The ranks placed chunks themselves, all of them together; see mpi_write.cpp.
  bool had_session = false;
  bool has_storage = false;  ///< The ranks wrote together, if only nothing.

  std::unique_ptr<ChunkPlaces> places;     ///< Of an unfiltered dataset, or null; see mpi_direct.h.
  std::unique_ptr<PendingChunks> pending;  ///< This rank's own writes, or null; see mpi_pending.h.
};

class SharedDataset {
 public:
  /// Reads the facts of the native dataset `under`.
  SharedDataset(const DatasetKey& key, const H5VL_class_t& native, void* under,
                MemoryAccount& account);

  const DatasetKey& key() const { return key_; }
  ChunkedDataset& facts() { return facts_; }
  ChunkCache& cache() { return cache_; }
  ReadPattern& read_pattern() { return read_pattern_; }
  MpiState& mpi() { return mpi_; }

  /// The extent now, asked of `under` only after forget_extent(); empty when the dataset has no
  /// element or it cannot be told.
  const Extent& extent(void* under);
  void forget_extent() {
    extent_known_ = false;
    mpi_.places.reset();
  }

  /// Takes note of a transfer of `elements` elements; true when it is one of many tiny ones in a
  /// row, each of which costs more to plan here than stock HDF5 needs for all of it while the chunk
  /// is in its cache.
  bool is_one_of_many_tiny(std::uint64_t elements, Direction direction);

  /// A handle through which dirty chunks can be committed; null when there is none.
  Object* writer() const { return writers_.empty() ? nullptr : writers_.back(); }
  bool has_writer_besides(const Object* handle) const;
  void add_writer(Object* handle);
  void remove_writer(Object* handle);

 private:
  const DatasetKey key_;
  const H5VL_class_t& native_;
  ChunkedDataset facts_;
  ChunkCache cache_;
  ReadPattern read_pattern_;
  MpiState mpi_;
  Extent extent_;
  bool extent_known_ = false;
  unsigned tiny_in_a_row_ = 0;
  std::vector<Object*> writers_;
};

}  // namespace h5pave
