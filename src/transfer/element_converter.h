// Converts elements between the type in memory and the type in the file. The plugin implements it
// over libhdf5.
//
// Called by the transfers. Thread rule: the thread that called HDF5 only.
#pragma once

#include <algorithm>
#include <cstddef>

namespace h5pave {

class ElementConverter {
 public:
  ElementConverter(std::size_t from_bytes, std::size_t to_bytes, bool needs_background)
      : from_bytes_(from_bytes), to_bytes_(to_bytes), needs_background_(needs_background) {}
  ElementConverter(const ElementConverter&) = delete;
  ElementConverter& operator=(const ElementConverter&) = delete;
  virtual ~ElementConverter() = default;

  std::size_t from_bytes() const { return from_bytes_; }
  std::size_t to_bytes() const { return to_bytes_; }
  std::size_t room_bytes() const { return std::max(from_bytes_, to_bytes_); }

  /// True when the result keeps parts of what the target holds already (members of a compound).
  bool needs_background() const { return needs_background_; }

  /// Converts `count` elements in place; `buffer` has room for count * room_bytes(). `background`
  /// holds `count` target elements where needs_background(), else it is null. False when the
  /// conversion failed, with the reason on the HDF5 error stack.
  virtual bool convert(std::size_t count, std::byte* buffer, std::byte* background) = 0;

 private:
  const std::size_t from_bytes_;
  const std::size_t to_bytes_;
  const bool needs_background_;
};

}  // namespace h5pave
