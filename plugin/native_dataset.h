// Owner of a dataset that is open in the native connector, until libhdf5's handle around it is
// made: whatever fails before, the dataset and with it the file are closed.
//
// Called by dataset_slots.cpp, object_slots.cpp and cache_amendment.cpp. Thread rule: the thread
// that called HDF5.
#pragma once

#include <hdf5.h>

#include <utility>

#include "h5/error_stack.h"
#include "object.h"
#include "under_class.h"

namespace h5pave {

class NativeDataset {
 public:
  /// `under` may be null: what could not be opened. The context must live longer.
  NativeDataset(const Context& context, void* under) noexcept : context_(&context), under_(under) {}
  NativeDataset(NativeDataset&& other) noexcept
      : context_(other.context_), under_(std::exchange(other.under_, nullptr)) {}
  NativeDataset& operator=(NativeDataset&& other) noexcept {
    if (this == &other) return *this;
    close();
    context_ = other.context_;
    under_ = std::exchange(other.under_, nullptr);
    return *this;
  }
  NativeDataset(const NativeDataset&) = delete;
  NativeDataset& operator=(const NativeDataset&) = delete;
  ~NativeDataset() {
    if (under_ == nullptr) return;
    const SavedErrorStack saved;
    close();
  }

  bool is_open() const { return under_ != nullptr; }
  void* get() const { return under_; }
  void* release() { return std::exchange(under_, nullptr); }

  void close() noexcept {
    if (under_ == nullptr) return;
    ask_slot(context_->under_class().dataset_cls.close, std::exchange(under_, nullptr),
             static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr);
  }

 private:
  const Context* context_;
  void* under_;
};

}  // namespace h5pave
