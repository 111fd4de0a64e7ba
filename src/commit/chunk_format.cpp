#include "commit/chunk_format.h"

#include <algorithm>
#include <cstring>

#include "advisor/saturating.h"

namespace h5pave {

std::uint64_t chunk_elements(const ChunkFormat& format) {
  std::uint64_t elements = 1;
  for (const std::uint64_t length : format.chunk) elements = saturating_product(elements, length);
  return elements;
}

std::uint64_t decoded_bytes(const ChunkFormat& format) {
  return saturating_product(chunk_elements(format), format.element_bytes);
}

void fill_with(std::span<std::byte> bytes, const std::vector<std::byte>& element) {
  const bool zero = std::all_of(element.begin(), element.end(),
                                [](std::byte byte) { return byte == std::byte{0}; });
  if (zero) {
    if (!bytes.empty()) std::memset(bytes.data(), 0, bytes.size());
    return;
  }
  for (std::size_t at = 0; at + element.size() <= bytes.size(); at += element.size())
    std::memcpy(bytes.data() + at, element.data(), element.size());
}

SlotLease take_slot(const ChunkFormat& format, const Workshop& workshop) {
  return workshop.slots.take(format.filters, workshop.mode, decoded_bytes(format));
}

std::size_t jobs_at_a_time(const ChunkFormat& format, const Workshop& workshop) {
  const std::uint64_t affordable =
      workshop.slots.memory_bytes() / slot_bytes(decoded_bytes(format));
  const std::uint64_t wanted = workshop.pool == nullptr ? 1 : 2 * workshop.pool->thread_count() + 1;
  return static_cast<std::size_t>(std::min(affordable, wanted));
}

}  // namespace h5pave
