// Transfers of unfiltered chunked datasets in files of the mpio driver: each rank moves its bytes
// straight between its memory and the places of the chunks, where that beats libhdf5's own way.
//
// Called by mpi_write.cpp and mpi_read.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include "chunk_io.h"

namespace h5pave {

struct MpiFile;

ChunkIoResult write_unfiltered(const DatasetTransfer& transfer, const void* buffer, MpiFile& file);
ChunkIoResult read_unfiltered(const DatasetTransfer& transfer, void* buffer, MpiFile& file);

}  // namespace h5pave
