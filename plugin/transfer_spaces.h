// The two dataspaces of a transfer as ids, with spaces of our own in place of H5S_ALL and
// H5S_BLOCK.
//
// Called by what walks through both selections. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "h5/unique_id.h"
#include "plan/extent.h"

namespace h5pave {

class TransferSpaces {
 public:
  /// `extent`: of the dataset. Throws std::runtime_error when libhdf5 gives no dataspace, and for
  /// H5S_PLIST.
  TransferSpaces(hid_t memory_space, hid_t file_space, const Extent& extent);

  hid_t file() const { return file_; }
  hid_t memory() const { return memory_; }

 private:
  UniqueId own_file_;
  UniqueId own_memory_;
  hid_t file_ = H5I_INVALID_HID;
  hid_t memory_ = H5I_INVALID_HID;
};

/// True for H5S_BLOCK, which libhdf5 hands to a connector as the number 1: as many elements in a
/// row as the file selection has.
bool is_block(hid_t memory_space);

}  // namespace h5pave
