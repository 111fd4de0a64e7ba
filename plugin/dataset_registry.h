// All datasets of the process that h5pave holds chunks of, so that whoever can observe one of them
// finds what is not in the file yet.
//
// Called by chunk_io.cpp and coherence.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "shared_dataset.h"

namespace h5pave {

/// Which dataset the native object `under` is; nothing when libhdf5 does not tell. Leaves the error
/// stack as it was.
std::optional<DatasetKey> dataset_key(const H5VL_class_t& native, void* under);

class DatasetRegistry {
 public:
  /// `memory_bytes`: for decoded chunks of all datasets together.
  explicit DatasetRegistry(std::uint64_t memory_bytes) : account_(memory_bytes) {}

  /// The shared part of the native dataset `under`; null when libhdf5 does not tell which dataset
  /// it is.
  std::shared_ptr<SharedDataset> shared(const H5VL_class_t& native, void* under);

  /// The same if some handle has made it already, else null.
  std::shared_ptr<SharedDataset> find(const H5VL_class_t& native, void* under);

  /// True while any dataset may hold chunks or an extent.
  bool has_datasets() const { return !datasets_.empty(); }

  /// Keeps the list of dirty datasets true; called after every change of a cache.
  void note(SharedDataset& dataset);
  const std::set<SharedDataset*>& dirty() const { return dirty_; }

  /// Files in which a single writer and its readers work: nothing may be cached.
  void mark_swmr(unsigned long file_number) { swmr_files_.insert(file_number); }
  bool is_swmr(unsigned long file_number) const { return swmr_files_.contains(file_number); }

  /// Every shared dataset that is alive.
  std::vector<std::shared_ptr<SharedDataset>> all();

 private:
  MemoryAccount account_;
  std::map<DatasetKey, std::weak_ptr<SharedDataset>> datasets_;
  std::set<SharedDataset*> dirty_;
  std::set<unsigned long> swmr_files_;
};

}  // namespace h5pave
