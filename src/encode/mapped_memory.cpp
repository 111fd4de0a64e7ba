#include "encode/mapped_memory.h"

#include <sys/mman.h>

#include <atomic>

namespace h5pave {

namespace {

// Linux allows a process 65530 mappings unless told otherwise.
constexpr int kMostMappings = 16384;
std::atomic<int> mappings{0};

}  // namespace

std::byte* map_memory(std::size_t bytes) noexcept {
  if (mappings.fetch_add(1) < kMostMappings) {
    void* const data =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data != MAP_FAILED) return static_cast<std::byte*>(data);
  }
  mappings.fetch_sub(1);
  return nullptr;
}

void unmap_memory(std::byte* data, std::size_t bytes) noexcept {
  ::munmap(data, bytes);
  mappings.fetch_sub(1);
}

}  // namespace h5pave
