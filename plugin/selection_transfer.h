// Moves any selection that is not a box (strides, unions, points, differing shapes) between the
// program's memory and the chunk cache, element run by element run, as libhdf5's public selection
// iterator gives them.
//
// Called by chunk_io.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "transfer/box_transfer.h"

namespace h5pave {

/// Two selections of `elements` elements each, inside their dataspaces.
struct SelectionPair {
  hid_t memory_space;
  hid_t file_space;
  std::uint64_t elements;
  std::size_t memory_element_bytes;
};

/// As write_box().
TransferEnd write_selection(const TransferTarget& target, const SelectionPair& pair,
                            const std::byte* memory);

/// As read_box().
TransferEnd read_selection(const TransferTarget& target, const SelectionPair& pair,
                           std::byte* memory);

}  // namespace h5pave
