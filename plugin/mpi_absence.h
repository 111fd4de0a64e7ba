// A rank without an MPI module must not let the others wait for it: it says so through the MPI
// library itself, by the few handles whose values belong to the binary interfaces of Open MPI and
// MPICH.
//
// Called by mpi_files.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <string>

#include "mpi/mpi_table.h"

namespace h5pave {

/// This rank's part of H5paveMpiTable::open() where there is no table: all other ranks then find
/// that they cannot write together. `flavour` is "openmpi" or "mpich"; `find` looks up a symbol of
/// the MPI library.
void tell_absence(const std::string& flavour, H5paveAnyFunction get_fapl_mpio, hid_t list,
                  void* (*find)(const char* name));  // collective

}  // namespace h5pave
