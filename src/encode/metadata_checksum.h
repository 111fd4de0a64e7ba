// The checksum of HDF5's own metadata: Bob Jenkins' lookup3, hashlittle() with the initial value 0.
// Called by plugin/file_image.cpp. Thread rule: pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace h5pave {

std::uint32_t metadata_checksum(std::span<const std::byte> bytes);

}  // namespace h5pave
