// Single steps between a decoded chunk and its stored bytes.
//
// Called by the chunk cache and the box transfers. Thread rule: fetch() on the thread that called
// HDF5; the others on any thread with a slot of its own.
#pragma once

#include "commit/chunk_format.h"
#include "commit/chunk_store.h"

namespace h5pave {

/// The outcome of looking for a stored chunk.
struct Fetched {
  enum class Kind {
    kPresent,
    kAbsent,
    kUnusable,  ///< Too large to be one of ours, unreadable, or lost in a damaged index.
  } kind;
  std::span<const std::byte> stored;  ///< Where present, in the buffer given.
  std::uint32_t filter_mask = 0;      ///< Bit i: filter i was left out when the chunk was written.
};

/// Reads the stored chunk at `offset` into `buffer`.
Fetched fetch(const ChunkFormat& format, const Extent& offset, ByteBuffer& buffer,
              ChunkStore& store);

/// Decodes a present chunk into `chunk`, which has the size of a decoded one; false when damaged.
/// Throws std::bad_alloc.
bool decode(const Fetched& found, std::span<std::byte> chunk, ChunkSlot& slot);

/// Encodes `chunk` into the slot and proves the result: a chunk that does not decode to the same
/// bytes is never committed, whatever the reason. The proof costs a fraction of encoding. Throws
/// std::runtime_error or std::bad_alloc.
std::span<const std::byte> encode_checked(std::span<const std::byte> chunk, ChunkSlot& slot);

/// True when an encoded chunk of this size could not be told from one that was stored without
/// deflate, whose filter mask libhdf5 keeps when a chunk is rewritten at its old size.
bool size_is_ambiguous(const ChunkFormat& format, std::size_t stored_bytes);

}  // namespace h5pave
