// A byte buffer that only grows and never clears, for work areas reused from chunk to chunk. Called
// by the codec. Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace h5pave {

class ScratchBuffer {
 public:
  /// `bytes` bytes of undefined content; earlier spans become invalid. Throws std::bad_alloc.
  std::span<std::byte> take(std::size_t bytes) {
    if (bytes > capacity_) {
      capacity_ = 0;
      bytes_.reset();
      bytes_ = std::make_unique_for_overwrite<std::byte[]>(bytes);
      capacity_ = bytes;
    }
    return {bytes_.get(), bytes};
  }

  /// True when `bytes` starts at the front of this buffer and take(wanted) would not move it.
  bool holds(std::span<const std::byte> bytes, std::size_t wanted) const {
    return bytes_ != nullptr && bytes.data() == bytes_.get() && wanted <= capacity_;
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace h5pave
