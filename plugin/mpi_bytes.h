// The bytes of an open file of the mpio driver, through its MPI handle.
//
// Called by library_store.cpp, mpi_direct.cpp and mpi_pending.cpp. Thread rule: the thread that
// called HDF5.
#pragma once

#include "driver_tap.h"
#include "mpi/file_bytes.h"
#include "mpi_library.h"

namespace h5pave {

class MpiBytes : public FileBytes {
 public:
  explicit MpiBytes(const TappedFile& file) : mpi_file_(file.mpi_file()) {}

  bool write_at(std::uint64_t address, std::span<const std::byte> data) override {
    return mpi_file_ != nullptr &&
           mpi_library().table->write_at(mpi_file_, address, data.data(), data.size()) != 0;
  }
  bool read_at(std::uint64_t address, std::span<std::byte> data) override {
    return mpi_file_ != nullptr &&
           mpi_library().table->read_at(mpi_file_, address, data.data(), data.size()) != 0;
  }

 private:
  void* const mpi_file_;  ///< An MPI_File*.
};

}  // namespace h5pave
