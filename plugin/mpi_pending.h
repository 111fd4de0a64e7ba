// What waits in a rank's memory for the next call that all ranks make anyway (H5Fflush, H5Fclose,
// H5Dset_extent, H5Ldelete, H5Ocopy, a collective transfer of the dataset): independent writes to
// chunked, filtered datasets of MPI files, which stock HDF5 refuses, and encoded chunks whose bytes
// could not be written. This rank's own reads see its independent writes at once, the others after
// that call.
//
// Called by the slots and mpi_write.cpp, mpi_read.cpp. Thread rule: the thread that called HDF5;
// functions marked collective are called by all ranks of a file.
#pragma once

#include <hdf5.h>

#include <memory>

#include "chunk_io.h"
#include "mpi_session.h"

namespace h5pave {

/// One rank's own write: its elements are kept, or the call goes to native HDF5, or it fails.
ChunkIoResult keep_until_all_meet(const DatasetTransfer& transfer, const void* buffer,
                                  const std::shared_ptr<MpiFile>& file);

/// Writes what the ranks keep of one dataset, before they transfer it together. False on all ranks
/// when that failed, with the reason on the error stack; the elements are still kept.
bool commit_pending_of(const SessionDataset& dataset);  // collective

/// Writes what the ranks keep of all datasets of the file behind `location`, an object of the type
/// `type`. Does nothing in other files. False as above.
bool commit_pending_in(Object& location, H5I_type_t type);  // collective

/// The same before the file handle `file` is closed. The last one loses what cannot be written;
/// that is told on stderr, too.
bool commit_pending_at_close(Object& file) noexcept;  // collective

}  // namespace h5pave
