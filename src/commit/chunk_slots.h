// Work places for chunks on their way: a codec with its buffers, kept between calls because a fresh
// megabyte costs more in page faults than in copying.
//
// Called by the chunk writer and reader. Thread rule: SlotPool is safe from any thread; a slot
// belongs to who took it.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "encode/chunk_codec.h"

namespace h5pave {

/// A buffer that grows and is never cleared.
class ByteBuffer {
 public:
  /// `bytes` bytes of unspecified content. Throws std::bad_alloc.
  std::span<std::byte> get(std::size_t bytes);

  std::size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<std::byte[]> data_;
  std::size_t capacity_ = 0;
};

/// One chunk's work place.
struct ChunkSlot {
  ChunkSlot(FilterSteps filter_steps, DeflateMode deflate_mode)
      : steps(std::move(filter_steps)),
        mode(deflate_mode),
        codec(steps, mode),
        prover(steps, mode) {}

  const FilterSteps steps;
  const DeflateMode mode;
  ChunkCodec codec;
  ChunkCodec prover;  ///< Decodes what `codec` encoded, whose result must stay in its buffer.
  ByteBuffer raw;     ///< The decoded chunk.
  ByteBuffer stored;  ///< The encoded chunk, when reading.
  ByteBuffer proof;   ///< What the encoded chunk decodes to, when writing.
};

class SlotPool {
 public:
  /// Free slots are kept while their buffers have at most `memory_bytes` together.
  explicit SlotPool(std::size_t memory_bytes) : memory_bytes_(memory_bytes) {}

  /// A slot for these filters, a kept one where possible.
  std::unique_ptr<ChunkSlot> take(const FilterSteps& steps, DeflateMode mode);
  void give_back(std::unique_ptr<ChunkSlot> slot);

  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  const std::size_t memory_bytes_;
  std::mutex mutex_;  // guards all below
  std::vector<std::unique_ptr<ChunkSlot>> free_;
  std::size_t kept_bytes_ = 0;
};

/// A slot for one scope.
class SlotLease {
 public:
  SlotLease(SlotPool& pool, const FilterSteps& steps, DeflateMode mode)
      : pool_(pool), slot_(pool.take(steps, mode)) {}
  SlotLease(const SlotLease&) = delete;
  SlotLease& operator=(const SlotLease&) = delete;
  ~SlotLease() { pool_.give_back(std::move(slot_)); }

  ChunkSlot& operator*() const { return *slot_; }

 private:
  SlotPool& pool_;
  std::unique_ptr<ChunkSlot> slot_;
};

}  // namespace h5pave
