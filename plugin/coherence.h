// Before anybody can observe what h5pave holds back, it goes to the file; before native HDF5
// changes a dataset's chunks, what is held of them is forgotten.
//
// Called by the slots, before they go to the connector below. Thread rule: as libhdf5's callbacks.
// False means that chunks could not be committed: the error stack says why, nothing is lost, and
// the operation must fail.
#pragma once

#include <hdf5.h>

#include <optional>

#include "object.h"

namespace h5pave {

/// What native HDF5 is about to do with a dataset's chunks.
enum class NativeAccess { kObserve, kChange };

/// For an operation on one dataset.
bool settle_dataset(Object& dataset, NativeAccess access);

/// libhdf5's number of the file behind the native file object `file`, as H5Oget_info tells it.
std::optional<unsigned long> file_number_of(const Context& context, void* file);

/// For an operation on the file that `file` is a handle of.
bool settle_file(Object& file);

/// For an operation that may reach any dataset.
bool settle_all();

/// Before a dataset's extent is set to `extent`.
bool settle_for_extent(Object& dataset, const hsize_t* extent);

/// Before a dataset handle is closed. When it fails, chunks are lost as in stock HDF5, since
/// libhdf5 may drop the handle's id whatever a close callback answers; that is told on stderr, too.
bool settle_for_close(Object& dataset) noexcept;

/// From now on nothing is cached in the file of `file`.
void note_swmr(Object& file);

/// Forgets what is known of a dataset that was read anew from the file (H5Drefresh).
void forget_dataset(SharedDataset& dataset);

}  // namespace h5pave
