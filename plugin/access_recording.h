// Between libhdf5's selections and the access recorder (option `profile`): what one read or write
// selected, and how long it took.
//
// Called by transfer_slots.cpp around every transfer. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <cstddef>

#include "profile/access_recorder.h"

namespace h5pave {

/// One H5Dread or H5Dwrite of one or several datasets. Costs one look at a pointer per dataset
/// where no profile is recorded. Never fails; leaves the error stack as it was.
class RecordedTransfer {
 public:
  /// Before the transfer. `datasets` may be anything that libhdf5 hands over.
  RecordedTransfer(AccessKind kind, std::size_t count, void* const* datasets) noexcept;

  /// After it went well; the array is that of the call.
  void note(const hid_t* file_spaces) const noexcept;

 private:
  const AccessKind kind_;
  const std::size_t count_;
  void* const* const datasets_;
  bool wanted_ = false;
  AccessRecorder::Clock::time_point begin_;
};

}  // namespace h5pave
