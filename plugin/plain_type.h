// Which datatypes h5pave may move: those whose elements hold all of their data.
//
// Called where datasets and transfers are looked at. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

namespace h5pave {

/// True when elements of `type` hold no pointer into other memory (variable length, references),
/// neither themselves nor in a member or base type.
bool is_plain(hid_t type);

}  // namespace h5pave
