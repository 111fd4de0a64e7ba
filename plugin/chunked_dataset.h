// What h5pave must know of an open dataset to move its chunks itself; read once per dataset.
//
// Called by chunk_io.cpp, native_chunk_store.cpp and SharedDataset. Thread rule: the thread that
// called HDF5.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "commit/chunk_format.h"
#include "h5/unique_id.h"

namespace h5pave {

/// The layout of the native `dataset`; H5D_LAYOUT_ERROR when libhdf5 does not tell.
H5D_layout_t layout_of(const H5VL_class_t& native, void* dataset);

/// One of the lists, dataspaces and types that the native `dataset` can be asked for; not open when
/// libhdf5 does not tell.
UniqueId ask_dataset(const H5VL_class_t& native, void* dataset, H5VL_dataset_get_t which);

/// The obstacle of a dataset without filters, of which everything else is known.
inline constexpr std::string_view kUnfiltered = "unfiltered";

class ChunkedDataset {
 public:
  /// Reads type, chunk shape, filters, fill value and chunk cache size of the native `dataset`.
  /// Leaves the HDF5 error stack empty.
  ChunkedDataset(const H5VL_class_t& native, void* dataset);
  ChunkedDataset(const ChunkedDataset&) = delete;
  ChunkedDataset& operator=(const ChunkedDataset&) = delete;

  /// Empty when chunks can be moved, else why not.
  std::string_view obstacle() const { return obstacle_; }

  const ChunkFormat& format() const { return format_; }

  /// True when elements of `mem_type` need no conversion.
  bool has_type(hid_t mem_type) const;

  /// Bytes of decoded chunks that libhdf5 itself keeps.
  std::uint64_t cache_bytes() const { return cache_bytes_; }

  /// True where libhdf5 makes the storage at the first write (H5D_ALLOC_TIME_LATE).
  bool allocates_late() const { return allocates_late_; }

  /// The dataset's extent now; empty when it has no element, nothing when it cannot be told.
  std::optional<Extent> extent(const H5VL_class_t& native, void* dataset) const;

  /// The type of the elements in the file.
  hid_t type() const { return type_.get(); }

  bool masks_checked = false;  ///< The stored chunks' filter masks were looked at.
  bool masks_found = false;    ///< Some were not 0.

  /// libhdf5 remembers a place for the only chunk that it failed to write there.
  bool only_chunk_failed = false;

 private:
  void read_type(const H5VL_class_t& native, void* dataset);
  void read_creation_list(const H5VL_class_t& native, void* dataset);
  void read_filters(hid_t dcpl);
  void read_fill_value(hid_t dcpl);
  void read_access_list(const H5VL_class_t& native, void* dataset);

  std::string_view obstacle_;
  ChunkFormat format_;
  UniqueId type_;  ///< A transient copy: an open committed type keeps its file open.
  std::uint64_t cache_bytes_ = 0;
  bool allocates_late_ = false;
};

}  // namespace h5pave
