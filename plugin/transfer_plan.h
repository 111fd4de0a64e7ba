// What one H5Dwrite or H5Dread selects, if it is a box in the dataset and in memory. Everything
// else is left to native HDF5, with a reason.
//
// Called by chunk_io.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <optional>
#include <string_view>

#include "gather/strided_copy.h"
#include "plan/box.h"

namespace h5pave {

/// A box of the dataset and where its elements lie in the program's buffer.
struct TransferPlan {
  Box box;
  StridedBytes memory;
};

/// A plan, or why there is none.
struct PlannedTransfer {
  std::optional<TransferPlan> plan;
  std::string_view reason;
};

/// `extent`: the dataset's current extent (rank ≥ 1, no zero). The space ids are as libhdf5 hands
/// them to a connector: ids, or H5S_ALL, H5S_BLOCK, H5S_PLIST.
PlannedTransfer plan_transfer(const Extent& extent, hid_t mem_space, hid_t file_space,
                              std::size_t element_bytes);

}  // namespace h5pave
