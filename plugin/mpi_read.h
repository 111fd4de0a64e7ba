// H5Dread on files of the mpio driver: chunks of filtered datasets are decoded by this rank's
// threads where that is safe on all ranks that take part in the call.
//
// Called by chunk_io.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include "chunk_io.h"

namespace h5pave {

/// One dataset's read in a file of the mpio driver, whatever its transfer list says.
ChunkIoResult read_in_mpi_file(const DatasetTransfer& transfer, void* buffer,
                               PhaseSeconds* seconds);

}  // namespace h5pave
