// Where stored chunks come from and go to. The plugin implements it over the connector below.
//
// Called by the chunk cache and the box transfers. Thread rule: the thread that called HDF5 only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "plan/box.h"

namespace h5pave {

class ChunkStore {
 public:
  ChunkStore() = default;
  ChunkStore(const ChunkStore&) = delete;
  ChunkStore& operator=(const ChunkStore&) = delete;
  virtual ~ChunkStore() = default;

  /// Bytes that the chunk at `offset` takes in the file, 0 when it does not exist; nothing when
  /// that cannot be told (a damaged index).
  virtual std::optional<std::uint64_t> stored_bytes(const Extent& offset) = 0;

  /// Reads the stored chunk into `stored`, which has exactly stored_bytes(offset) bytes, and
  /// returns its filter mask; nothing when the read failed.
  virtual std::optional<std::uint32_t> read(const Extent& offset, std::span<std::byte> stored) = 0;

  /// Writes the stored chunk with filter mask 0; false when the write failed, with the reason on
  /// the HDF5 error stack.
  virtual bool write(const Extent& offset, std::span<const std::byte> stored) = 0;

  /// False while chunks must go through write_decoded().
  virtual bool takes_encoded() const { return true; }

  /// Has stock HDF5 encode and write the decoded chunk, as far as it lies inside the extent; false
  /// as for write().
  virtual bool write_decoded(const Extent& offset, std::span<const std::byte> chunk) = 0;
};

}  // namespace h5pave
