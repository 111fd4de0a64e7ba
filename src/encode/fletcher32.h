// The Fletcher-32 checksum as HDF5's filter 3 computes and stores it: over big-endian 16-bit words,
// an odd last byte as the high half of a word. Called by the codec. Thread rule: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace h5pave {

inline constexpr std::size_t kFletcher32Bytes = 4;

std::uint32_t fletcher32(std::span<const std::byte> bytes);

/// The four bytes that follow the data in a chunk (little-endian).
std::array<std::byte, kFletcher32Bytes> stored_fletcher32(std::span<const std::byte> bytes);

/// True when `stored` (data and its checksum) fits, also in the byte order of HDF5 before 1.6.3.
bool fletcher32_fits(std::span<const std::byte> stored);

}  // namespace h5pave
