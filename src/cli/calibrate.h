// Measures what storage and stock HDF5 cost on this machine: the constants of the cost model.
// Called by bench_step_command, in a process without the connector. Thread rule: as HDF5 calls.
#pragma once

#include <string>

#include "cli/storage_file.h"

namespace h5pave::cli {

/// How the storage was read.
enum class ReadPath {
  kDirect,     ///< Past the page cache.
  kPageCache,  ///< The file system cannot do that: the numbers are the page cache's.
};

struct Calibration {
  StorageConstants constants;
  ReadPath read_path = ReadPath::kDirect;
};

/// Takes some seconds; `path` is a file to be made, of 64 MiB. Throws std::runtime_error.
Calibration calibrate(const std::string& path);

}  // namespace h5pave::cli
