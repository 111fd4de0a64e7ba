// Conversion of elements by libhdf5, with the program's transfer list, so that its callbacks fire.
//
// Called by chunk_io.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <memory>

#include "transfer/element_converter.h"

namespace h5pave {

/// A conversion of elements of type `from` to type `to`; null when h5pave must not convert them
/// (elements with pointers) or libhdf5 cannot. The ids must outlive it.
std::unique_ptr<ElementConverter> make_conversion(hid_t from, hid_t to, hid_t dxpl);

}  // namespace h5pave
