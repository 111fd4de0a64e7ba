// Owner of one HDF5 identifier: closes it at the end of its scope. Called by everything that opens
// HDF5 objects and links libhdf5. Thread rule: as the HDF5 calls of the identifier.
#pragma once

#include <hdf5.h>

#include <utility>

namespace h5pave {

/// A movable hid_t with the function that closes it, e.g. `UniqueId file(H5Fopen(…), H5Fclose)`.
/// A negative identifier is held as it is and never closed; ask is_open() after construction.
class UniqueId {
 public:
  using Close = herr_t (*)(hid_t);

  UniqueId() = default;
  UniqueId(hid_t id, Close close) noexcept : id_(id), close_(close) {}
  UniqueId(UniqueId&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  UniqueId& operator=(UniqueId&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = std::exchange(other.id_, H5I_INVALID_HID);
      close_ = other.close_;
    }
    return *this;
  }
  UniqueId(const UniqueId&) = delete;
  UniqueId& operator=(const UniqueId&) = delete;
  ~UniqueId() { reset(); }

  bool is_open() const noexcept { return id_ >= 0; }

  /// The identifier; stays owned.
  hid_t get() const noexcept { return id_; }

  /// Closes now.
  void reset() noexcept {
    if (id_ >= 0 && close_ != nullptr) close_(id_);
    id_ = H5I_INVALID_HID;
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

}  // namespace h5pave
