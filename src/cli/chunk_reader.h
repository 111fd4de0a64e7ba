// Reads single chunks through H5Dread, so that every filter and checksum is run.
// Called by verify.cpp. Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "cli/dataset_facts.h"
#include "h5/unique_id.h"

namespace h5pave::cli {

class ChunkReader {
 public:
  /// Requires a dataset that was opened without a chunk cache (walk_datasets() does) and stays
  /// open. Throws Hdf5Failure.
  ChunkReader(hid_t dataset, const DatasetFacts& facts);

  /// Reads the part of the chunk at `offset` (in elements) that lies in the extent. Returns an
  /// empty text, or why it cannot be read.
  std::string read(std::span<const hsize_t> offset);

 private:
  std::string select(std::span<const hsize_t> offset);

  const DatasetFacts& facts_;
  hid_t dataset_;
  UniqueId file_space_;
  UniqueId memory_space_;
  UniqueId type_;  // of the values in memory
  bool holds_memory_ = false;
  std::size_t buffer_bytes_ = 0;
  std::unique_ptr<std::byte[]> buffer_;
};

}  // namespace h5pave::cli
