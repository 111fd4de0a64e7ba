// Finds the MPI library that libhdf5 uses, and loads our module for it from the folder mpi/ beside
// the folder of this plugin.
//
// Called by mpi_files.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>

#include "mpi/mpi_table.h"

namespace h5pave {

/// Functions of libhdf5 that only its parallel builds have.
struct ParallelCalls {
  H5paveAnyFunction get_fapl_mpio = nullptr;
  herr_t (*get_dxpl_mpio)(hid_t list, H5FD_mpio_xfer_t* mode) = nullptr;
  herr_t (*set_dxpl_mpio)(hid_t list, H5FD_mpio_xfer_t mode) = nullptr;
  herr_t (*get_all_coll_metadata_ops)(hid_t list, bool* together) = nullptr;
};

struct MpiLibrary {
  const H5paveMpiTable* table = nullptr;  ///< Null: MPI files are left to native HDF5.
  ParallelCalls calls;
  std::string flavour;  ///< "openmpi", "mpich" or an empty text.
  std::string trouble;  ///< Why there is no table, for a user.
};

/// The same answer as long as this image serves one libhdf5; looked up at the first call.
const MpiLibrary& mpi_library();

/// A symbol of the MPI library that libhdf5 was linked with, or null.
void* mpi_symbol(const char* name);

}  // namespace h5pave
