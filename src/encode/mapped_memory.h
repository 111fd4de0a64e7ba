// Large blocks of memory straight from the system, so that what is freed is given back, and what is
// counted is what is used. The C library's heap keeps it: each thread has a heap of its own, and
// once a block of up to 32 MiB was freed, blocks of that size come from the heaps, where a small
// block behind them holds them for ever. A page counts once it is touched, so that reserving costs
// nothing.
//
// Called by ByteBuffer and by vectors that grow large. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <new>

namespace h5pave {

#if defined(__SANITIZE_ADDRESS__)
// The address sanitizer watches the borders of heap blocks only.
inline constexpr std::size_t kMapFromBytes = std::numeric_limits<std::size_t>::max();
#else
inline constexpr std::size_t kMapFromBytes = std::size_t{256} << 10U;
#endif

/// Memory for `bytes` bytes, or null: when the system refuses, and when this process has many such
/// blocks, whose number Linux limits for all that a program does.
std::byte* map_memory(std::size_t bytes) noexcept;

/// Requires what map_memory(bytes) gave.
void unmap_memory(std::byte* data, std::size_t bytes) noexcept;

/// For vectors of trivial elements.
template <typename T>
struct MappedAllocator {
  using value_type = T;

  MappedAllocator() = default;
  template <typename U>
  MappedAllocator(const MappedAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor)

  T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kMapFromBytes) return static_cast<T*>(::operator new(bytes));
    std::byte* const data = map_memory(bytes);
    if (data == nullptr) throw std::bad_alloc();
    return reinterpret_cast<T*>(data);
  }

  void deallocate(T* data, std::size_t count) noexcept {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kMapFromBytes) {
      ::operator delete(data);
    } else {
      unmap_memory(reinterpret_cast<std::byte*>(data), bytes);
    }
  }

  template <typename U>
  bool operator==(const MappedAllocator<U>&) const noexcept {
    return true;
  }
};

}  // namespace h5pave
