#include "file_image.h"

#include <H5VLnative.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "encode/metadata_checksum.h"

namespace h5pave {

namespace {

// The superblock, versions 2 and 3: signature, version, size of offsets, size of lengths, flags,
// four offsets, checksum.
constexpr std::array kSignature{std::byte{0x89}, std::byte{'H'},  std::byte{'D'},  std::byte{'F'},
                                std::byte{'\r'}, std::byte{'\n'}, std::byte{0x1a}, std::byte{'\n'}};
constexpr std::size_t kVersion = 8;
constexpr std::size_t kOffsetBytes = 9;
constexpr std::size_t kOffsets = 12;
constexpr std::size_t kChecksumBytes = 4;

/// The superblock at the start of `image`; empty for one without a checksum, or where a user block
/// comes first.
std::span<std::byte> checked_superblock(std::span<std::byte> image) {
  if (image.size() < kOffsets || !std::equal(kSignature.begin(), kSignature.end(), image.begin()))
    return {};
  const auto version = std::to_integer<unsigned>(image[kVersion]);
  const std::size_t bytes =
      kOffsets + 4 * std::to_integer<std::size_t>(image[kOffsetBytes]) + kChecksumBytes;
  if (version < 2 || version > 3 || image.size() < bytes) return {};
  return image.first(bytes);
}

}  // namespace

void repair_file_image(const void* arguments) {
  const auto& asked =
      static_cast<const H5VL_native_file_optional_args_t*>(arguments)->get_file_image;
  if (asked.buf == nullptr || asked.image_len == nullptr) return;
  const std::size_t bytes = std::min(asked.buf_size, *asked.image_len);
  const auto superblock = checked_superblock({static_cast<std::byte*>(asked.buf), bytes});
  if (superblock.empty()) return;
  const auto checked = superblock.first(superblock.size() - kChecksumBytes);
  const std::uint32_t checksum = metadata_checksum(checked);
  for (std::size_t i = 0; i < kChecksumBytes; ++i)
    superblock[checked.size() + i] = static_cast<std::byte>(checksum >> (8 * i));
}

}  // namespace h5pave
