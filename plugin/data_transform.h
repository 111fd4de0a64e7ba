// Data transforms (H5Pset_data_transform) of a write that libhdf5 itself does not do: there is no
// public evaluator, so elements go through an H5Dwrite with the program's transfer list to a
// dataset in memory.
//
// Called by mpi_source.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <memory>

#include "transfer/element_converter.h"

namespace h5pave {

/// The most elements that one convert() takes.
inline constexpr std::size_t kMostTransformed = 32768;

/// Applies the transform of `dxpl` to elements of type `from` and converts them to type `to`, as
/// H5Dwrite does. `native_id`: libhdf5's own connector. Throws std::runtime_error when libhdf5
/// gives no dataset in memory. The ids must outlive it.
std::unique_ptr<ElementConverter> make_transform(hid_t native_id, hid_t from, hid_t to, hid_t dxpl);

}  // namespace h5pave
