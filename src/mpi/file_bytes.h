// The bytes of an open file; each rank on its own. The plugin implements it over the file's MPI
// handle, the tests in memory.
//
// Called by the collective writer and the direct transfer. Thread rule: the thread that called HDF5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace h5pave {

class FileBytes {
 public:
  FileBytes() = default;
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  virtual ~FileBytes() = default;

  /// False when the file could not be written or read.
  virtual bool write_at(std::uint64_t address, std::span<const std::byte> data) = 0;
  virtual bool read_at(std::uint64_t address, std::span<std::byte> data) = 0;
};

}  // namespace h5pave
