// While libhdf5 terminates, with datasets still open, HDF5 2.2.0 does not initialise any of its
// packages: a chunk that is held back until then could not be written where its dataset is to get
// its index with it. So the packages of all indexes are initialised before a chunk is held back.
//
// Called by Process for chunk_io.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

namespace h5pave {

/// Makes a dataset with each kind of index in a file in memory, with the native connector. What
/// fails is left. Leaves the error stack as it was.
void initialize_index_packages(hid_t native_id) noexcept;

}  // namespace h5pave
