// What one H5Dwrite or H5Dread selects: a box in the dataset and in memory, or any pair of
// selections. What libhdf5 would refuse, and what is unclear, is left to native HDF5, with a
// reason.
//
// Called by chunk_io.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <optional>
#include <string_view>

#include "gather/strided_copy.h"
#include "plan/box.h"
#include "selection_transfer.h"

namespace h5pave {

/// The native_reason of a call that moves nothing.
inline constexpr std::string_view kNothingSelected = "nothing_selected";

/// The native_reason of H5S_ALL in the file beside a memory selection of another shape: with a
/// dataspace id instead of H5S_ALL it can be planned.
inline constexpr std::string_view kMemoryShapeDiffers = "memory_shape_differs";

/// A box of the dataset and where its elements lie in the program's buffer.
struct BoxPlan {
  Box box;
  StridedBytes memory;
};

/// At most one of the first two is set; neither when native HDF5 must do it.
struct TransferPlan {
  std::optional<BoxPlan> box;
  std::optional<SelectionPair> selections;
  std::string_view native_reason;
};

/// The elements that a transfer selects, as far as one cheap question tells; nothing when neither
/// space is an id.
std::optional<std::uint64_t> selected_elements(hid_t mem_space, hid_t file_space);

/// `extent`: the dataset's current extent (rank ≥ 1, no zero). The space ids are as libhdf5 hands
/// them to a connector: ids, or H5S_ALL, H5S_BLOCK, H5S_PLIST.
TransferPlan plan_transfer(const Extent& extent, hid_t mem_space, hid_t file_space,
                           std::size_t memory_element_bytes);

}  // namespace h5pave
