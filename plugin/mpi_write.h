// H5Dwrite on files of the mpio driver: collective writes of chunked, filtered datasets go through
// the ranks' own writer where all ranks can.
//
// Called by chunk_io.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include "chunk_io.h"

namespace h5pave {

/// One dataset's write in a file of the mpio driver, whatever its transfer list says.
ChunkIoResult write_in_mpi_file(const DatasetTransfer& transfer, const void* buffer,
                                PhaseSeconds* seconds);

}  // namespace h5pave
