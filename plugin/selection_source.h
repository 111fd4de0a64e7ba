// Gathers the elements of any selection of a write, converted to the type in the file, for the
// collective writer.
//
// Called by mpi_write.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <memory>

#include "chunk_io.h"
#include "mpi/run_source.h"
#include "transfer/element_converter.h"

namespace h5pave {

/// Requires that plan_transfer() found both selections valid and not empty. `converter` may be
/// null. Throws std::bad_alloc or, when libhdf5 fails, std::runtime_error.
std::unique_ptr<RunSource> gather_selection(const DatasetTransfer& transfer,
                                            const std::byte* buffer, const Extent& extent,
                                            ElementConverter* converter);

}  // namespace h5pave
