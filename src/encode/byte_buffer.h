// A byte buffer that grows and is never cleared, for work areas reused from chunk to chunk.
//
// Called by the codec, the chunk cache and the transfers. Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <span>

#include "encode/mapped_memory.h"

namespace h5pave {

class ByteBuffer {
 public:
  ByteBuffer() = default;
  ByteBuffer(ByteBuffer&& other) noexcept { swap(other); }
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ~ByteBuffer() { release(); }

  /// `bytes` bytes of unspecified content; earlier spans become invalid. Throws std::bad_alloc.
  std::span<std::byte> get(std::size_t bytes) {
    if (bytes > capacity_) grow(bytes);
    if (bytes > used_) used_ = bytes;
    return {data_, bytes};
  }

  /// True when `bytes` starts at the front of this buffer and get(wanted) would not move it.
  bool holds(std::span<const std::byte> bytes, std::size_t wanted) const {
    return data_ != nullptr && bytes.data() == data_ && wanted <= capacity_;
  }

  std::size_t capacity() const { return capacity_; }

  /// The most memory that it takes: capacity that nobody asked for is not touched.
  std::size_t memory_bytes() const { return used_; }

  void release() noexcept;
  void swap(ByteBuffer& other) noexcept;

 private:
  void grow(std::size_t bytes);

  std::byte* data_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;  ///< The most bytes that were asked for.
  bool is_mapped_ = false;
};

}  // namespace h5pave
