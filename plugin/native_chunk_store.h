// The stored chunks of one open dataset, through the native connector's own operations.
//
// Called by chunk_io.cpp and coherence.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "chunked_dataset.h"
#include "commit/chunk_store.h"
#include "mpi/chunk_places.h"

namespace h5pave {

class NativeChunkStore : public ChunkStore {
 public:
  /// `dataset` is the native connector's object, `facts` what is known of it, `seconds` where the
  /// time is counted, or null.
  NativeChunkStore(const H5VL_class_t& native, void* dataset, ChunkedDataset& facts,
                   PhaseSeconds* seconds)
      : native_(native), dataset_(dataset), facts_(facts), seconds_(seconds) {}

  std::optional<std::uint64_t> stored_bytes(const Extent& offset) override;
  std::optional<std::uint32_t> read(const Extent& offset, std::span<std::byte> stored) override;
  bool write(const Extent& offset, std::span<const std::byte> stored) override;
  bool takes_encoded() const override { return !facts_.only_chunk_failed; }
  bool write_decoded(const Extent& offset, std::span<const std::byte> chunk) override;

  /// True when some stored chunk has a filter mask that is not 0, or none can be told. Visits every
  /// chunk of the dataset.
  bool any_masked();

  /// The addresses of all stored chunks; false when libhdf5 cannot list them.
  bool find_places(ChunkPlaces& places);

  /// The filter mask in the arguments of the native connector's chunk write operation.
  static std::uint32_t written_mask(const void* arguments);

  /// The bytes that such an operation stores.
  static std::uint64_t written_bytes(const void* arguments);

  /// The offset in the arguments of a chunk write or chunk read operation: one per dimension.
  static const std::uint64_t* raw_offset(const void* arguments);

 private:
  /// Runs one of the native connector's dataset operations.
  bool run(int operation, void* arguments);

  /// Has libhdf5 write the chunks in its chunk cache; false when the dataset has no chunk.
  bool write_out_cached();

  /// Has libhdf5 encode and write the part of the chunk that lies inside `extent`.
  bool write_inside(const Extent& offset, const Extent& inside, const Extent& extent,
                    std::span<const std::byte> chunk);

  /// What the error stack of a failed question for a chunk's size means.
  static std::optional<std::uint64_t> absent_by_error();

  /// Makes libhdf5 forget where it wanted to put a chunk that it could not write, or takes note
  /// that this is not possible.
  void forget_address(const Extent& offset);

  /// Adds a record that names the dataset and the chunk; returns false.
  bool fail_to_write(const Extent& offset) const;

  const H5VL_class_t& native_;
  void* const dataset_;
  ChunkedDataset& facts_;
  PhaseSeconds* const seconds_;
};

}  // namespace h5pave
