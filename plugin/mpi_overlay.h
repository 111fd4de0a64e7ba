// This rank's reads see what it wrote independently and no other rank sees yet.
//
// Called by mpi_read.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include "chunk_io.h"

namespace h5pave {

/// Puts what this rank keeps of the dataset (mpi_pending.h) over what was read from the file into
/// `buffer`. False when libhdf5 could not convert the elements, with the reason on the error stack.
/// Throws std::bad_alloc or std::runtime_error.
bool overlay_pending(const DatasetTransfer& transfer, void* buffer);

}  // namespace h5pave
