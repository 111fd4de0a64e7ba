// Option filter=auto adds filters when a dataset is created, before there are data. Where the first
// write brings all of the data and they do not shrink, the filters are taken back: libhdf5 cannot
// change a dataset's filters, so that the dataset, which nobody has seen yet, is made anew without
// them and put in the old one's place.
//
// Called by storage_amendment.cpp, chunk_io.cpp and the slots that tell objects apart. Thread
// rule: the thread that called HDF5.
#pragma once

#include "chunk_io.h"
#include "object.h"

namespace h5pave {

/// The program may have learnt which object is which (a token, an address), or have opened one
/// again.
void note_objects_told() noexcept;

/// The filters of a dataset that was just created may be taken back.
void await_first_write(Object& created) noexcept;

/// Before a write: where it is the first of such a dataset, keeps the filters or takes them back.
/// Whatever stands against it is counted, and the filters stay. Throws std::runtime_error when the
/// dataset lost its name, after which nothing must be written.
void decide_filters(const DatasetTransfer& transfer, const void* buffer);

}  // namespace h5pave
