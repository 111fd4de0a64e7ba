#include "encode/byte_buffer.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace h5pave {

void ByteBuffer::grow(std::size_t bytes) {
  release();  // Before the new memory: the old bytes are not wanted.
  if (bytes >= kMapFromBytes) {
    // What is stored of one chunk is a little larger than of the last: room that is not touched
    // costs nothing.
    const std::size_t with_room = bytes + std::min(bytes / 8, ~bytes);
    data_ = map_memory(with_room);
    is_mapped_ = data_ != nullptr;
    capacity_ = is_mapped_ ? with_room : 0;
  }
  if (data_ == nullptr) {
    data_ = std::make_unique_for_overwrite<std::byte[]>(bytes).release();
    capacity_ = bytes;
  }
}

void ByteBuffer::release() noexcept {
  if (is_mapped_) {
    unmap_memory(data_, capacity_);
  } else {
    const std::unique_ptr<std::byte[]> old(data_);
  }
  data_ = nullptr;
  capacity_ = 0;
  used_ = 0;
  is_mapped_ = false;
}

void ByteBuffer::swap(ByteBuffer& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(used_, other.used_);
  std::swap(is_mapped_, other.is_mapped_);
}

}  // namespace h5pave
