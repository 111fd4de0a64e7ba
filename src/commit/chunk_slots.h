// Work places for chunks on their way: a codec with its buffers, kept between calls because a fresh
// megabyte costs more in page faults than in copying.
//
// Called by the chunk writer and reader. Thread rule: SlotPool is safe from any thread; a slot
// belongs to who took it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
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
      : steps(std::move(filter_steps)), mode(deflate_mode), codec(steps, mode) {}

  const FilterSteps steps;
  const DeflateMode mode;
  ChunkCodec codec;
  ByteBuffer raw;     ///< The decoded chunk.
  ByteBuffer stored;  ///< The encoded chunk, when reading.
  /// Decodes what `codec` encoded, whose result must stay in its buffer, into `proof`, where the
  /// codec cannot prove it by itself, or not as fast.
  std::optional<ChunkCodec> prover;
  ByteBuffer proof;
  std::size_t counted_bytes = 0;  ///< By the pool.
};

/// Memory that work on a chunk of `chunk_bytes` decoded bytes takes; saturates.
std::uint64_t slot_bytes(std::uint64_t chunk_bytes);

class SlotPool;

/// Gives a slot back to its pool.
struct GiveBack {
  SlotPool* pool;
  void operator()(ChunkSlot* slot) const noexcept;
};

/// A slot in use. The pool must live longer, unless the slot is released.
using SlotLease = std::unique_ptr<ChunkSlot, GiveBack>;

class SlotPool {
 public:
  /// Free slots are kept while all slots together take at most `memory_bytes`.
  explicit SlotPool(std::size_t memory_bytes) : memory_bytes_(memory_bytes) {
    free_.reserve(kMostFree);  // Giving back happens where nothing may fail.
  }

  /// A slot for chunks of `chunk_bytes` decoded bytes with these filters, a kept one where possible.
  SlotLease take(const FilterSteps& steps, DeflateMode mode, std::uint64_t chunk_bytes);

  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  friend GiveBack;
  static constexpr std::size_t kMostFree = 64;

  std::unique_ptr<ChunkSlot> take_free(const FilterSteps& steps, DeflateMode mode);
  void give_back(std::unique_ptr<ChunkSlot> slot) noexcept;
  void drop_oldest();

  const std::size_t memory_bytes_;
  std::mutex mutex_;  // guards all below
  std::vector<std::unique_ptr<ChunkSlot>> free_;
  std::size_t counted_bytes_ = 0;  ///< Of all slots, free or in use.
};

}  // namespace h5pave
