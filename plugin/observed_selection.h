// What a selection is to somebody who plans chunks: a box, or several of one size.
//
// Called by access_recording.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace h5pave {

struct ObservedSelection {
  std::vector<std::uint64_t> extent;   ///< Of the dataspace.
  std::vector<std::uint64_t> start;    ///< Of the box, the selection's offset included.
  std::vector<std::uint64_t> lengths;  ///< Each > 0.
  std::uint64_t repeats = 1;
  std::uint64_t elements = 0;
};

/// The selection of `space`. A hyperslab without gaps is a box. In a regular one with gaps the
/// steps along a dimension are one length where at least an eighth of that is selected, else boxes
/// of their own. Any other is its bounding box where at least an eighth of that is selected; else
/// as many boxes as it has blocks, all as large as the most frequent of the first 64. Points
/// likewise are a box, or boxes of one element. Nothing for no element, a scalar, or what HDF5 does
/// not tell.
std::optional<ObservedSelection> observe_selection(hid_t space);

}  // namespace h5pave
