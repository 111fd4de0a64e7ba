// Between libhdf5's selections and the access recorder (option `profile`): what one read or write
// selected, and how long it took.
//
// Called by transfer_slots.cpp around every transfer. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <cstddef>

#include "object.h"
#include "profile/access_recorder.h"

namespace h5pave {

/// One H5Dread or H5Dwrite of one or several datasets. Costs one look at a pointer per dataset
/// where no profile is recorded. Never fails; leaves the error stack as it was.
class RecordedTransfer {
 public:
  /// Before the transfer. `datasets` may be anything that libhdf5 hands over.
  RecordedTransfer(AccessKind kind, std::size_t count, void* const* datasets) noexcept
      : kind_(kind), count_(datasets == nullptr ? 0 : count), datasets_(datasets) {
    for (std::size_t i = 0; i < count_; ++i) wanted_ = wanted_ || wants(datasets_[i]);
    if (wanted_) begin_ = AccessRecorder::Clock::now();
  }

  /// After it went well; the array is that of the call.
  void note(const hid_t* file_spaces) const noexcept {
    if (wanted_) note_all(file_spaces);
  }

 private:
  /// Inline, because of most quick calls this is all.
  bool wants(const void* object) const noexcept {
    if (object == nullptr) return false;
    const Object& dataset = *static_cast<const Object*>(object);
    if (!is_recorded(dataset)) return false;
    return dataset.track == nullptr ? dataset.context->recorder->wants_lookup()
                                    : AccessRecorder::wants(*dataset.track, kind_);
  }
  static bool is_recorded(const Object& dataset) {
    return is_ours(&dataset) && dataset.context->recorder != nullptr && !dataset.is_unrecorded;
  }
  void note_all(const hid_t* file_spaces) const noexcept;

  const AccessKind kind_;
  const std::size_t count_;
  void* const* const datasets_;
  bool wanted_ = false;
  AccessRecorder::Clock::time_point begin_;
};

}  // namespace h5pave
