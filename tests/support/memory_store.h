// Stored chunks in a map instead of a file, with every kind of trouble that a store can make.
#pragma once

#include <cstring>
#include <map>
#include <vector>

#include "commit/chunk_store.h"
#include "encode/chunk_codec.h"

namespace h5pave {

/// `fail_write_at` makes that write fail, counted from 0.
class MemoryStore : public ChunkStore {
 public:
  std::optional<std::uint64_t> stored_bytes(const Extent& offset) override {
    if (index_is_damaged) return std::nullopt;
    const auto found = chunks.find(offset);
    if (found == chunks.end()) return 0;
    return found->second.size();
  }
  std::optional<std::uint32_t> read(const Extent& offset, std::span<std::byte> stored) override {
    ++reads;
    std::memcpy(stored.data(), chunks.at(offset).data(), stored.size());
    return filter_mask;
  }
  bool write(const Extent& offset, std::span<const std::byte> stored) override {
    if (writes++ == fail_write_at) return false;
    chunks[offset].assign(stored.begin(), stored.end());
    return true;
  }
  bool write_decoded(const Extent& offset, std::span<const std::byte> chunk) override {
    decoded_chunks[offset].assign(chunk.begin(), chunk.end());
    if (filters.empty()) return true;
    ChunkCodec codec(filters, DeflateMode::kStock);
    const std::span<const std::byte> stored = codec.encode(chunk);
    chunks[offset].assign(stored.begin(), stored.end());
    return true;
  }

  std::map<Extent, std::vector<std::byte>> chunks;
  std::map<Extent, std::vector<std::byte>> decoded_chunks;  ///< What stock HDF5 was to encode.
  FilterSteps filters;  ///< Set: what stock HDF5 was to encode is stored, too.
  std::uint32_t filter_mask = 0;
  int reads = 0;
  int writes = 0;
  int fail_write_at = -1;
  bool index_is_damaged = false;
};

}  // namespace h5pave
