// The HDF5 error stack of the calling thread: keeping it over clean-up calls, adding a record.
// Called by the plugin. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

namespace h5pave {

/// Keeps the error stack as it is at construction and puts it back at destruction, whatever HDF5
/// calls come between. h5py reads errno out of it after a failed open.
class SavedErrorStack {
 public:
  SavedErrorStack();
  SavedErrorStack(const SavedErrorStack&) = delete;
  SavedErrorStack& operator=(const SavedErrorStack&) = delete;
  ~SavedErrorStack();

 private:
  const hid_t stack_;  ///< Invalid: it was empty.
};

/// Keeps libhdf5 from printing the errors of calls that may fail. Only for calls of the public API:
/// those print their errors themselves, also inside a callback.
class QuietErrors {
 public:
  QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors();

 private:
  H5E_auto2_t print_ = nullptr;
  void* print_data_ = nullptr;
  bool changed_ = false;
};

/// Adds one record "h5pave: cannot <operation>: <cause>". Never throws.
void push_error(const char* operation, const char* cause) noexcept;

}  // namespace h5pave
