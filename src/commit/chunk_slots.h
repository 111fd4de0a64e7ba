// Work places for chunks on their way, kept between calls because a fresh megabyte costs more in
// page faults than in copying: a slot holds one chunk from the first to the last step of its job, a
// coder is what a thread needs only while it encodes or decodes. There are more slots than threads.
//
// Called by the chunk writer and reader. Thread rule: SlotPool is safe from any thread; a slot and
// a coder belong to who took it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "encode/byte_buffer.h"
#include "encode/chunk_codec.h"

namespace h5pave {

class SlotPool;

/// One chunk's buffers.
struct ChunkSlot {
  /// Without a pool each use of a codec makes one.
  ChunkSlot(FilterSteps filter_steps, DeflateMode deflate_mode, SlotPool* coders = nullptr)
      : steps(std::move(filter_steps)), mode(deflate_mode), pool(coders) {}

  std::size_t memory_bytes() const;

  FilterSteps steps;
  DeflateMode mode;
  SlotPool* pool;
  ByteBuffer raw;                 ///< The decoded chunk.
  ByteBuffer stored;              ///< As read from the file.
  ByteBuffer encoded;             ///< As it will be written to the file.
  std::size_t counted_bytes = 0;  ///< By the pool.
};

/// What one thread works with.
struct ChunkCoder {
  ChunkCoder(FilterSteps filter_steps, DeflateMode deflate_mode)
      : steps(std::move(filter_steps)), mode(deflate_mode), codec(steps, mode) {}

  std::size_t memory_bytes() const { return codec.memory_bytes() + proof.memory_bytes(); }

  const FilterSteps steps;
  const DeflateMode mode;
  ChunkCodec codec;
  ByteBuffer
      proof;  ///< An encoded chunk, decoded again, where the codec cannot prove it by itself.
  std::size_t counted_bytes = 0;  ///< By the pool.
};

/// The most memory that a slot and a coder take for chunks of `chunk_bytes` decoded bytes;
/// saturate.
std::uint64_t slot_bytes(std::uint64_t chunk_bytes);
std::uint64_t coder_bytes(const FilterSteps& steps, DeflateMode mode, std::uint64_t chunk_bytes);

/// Gives a slot or a coder back to its pool.
struct GiveBack {
  SlotPool* pool;  ///< Null: frees it.
  void operator()(ChunkSlot* slot) const noexcept;
  void operator()(ChunkCoder* coder) const noexcept;
};

/// In use. The pool must live longer, unless the slot or coder is released.
using SlotLease = std::unique_ptr<ChunkSlot, GiveBack>;
using CoderLease = std::unique_ptr<ChunkCoder, GiveBack>;

class SlotPool {
 public:
  /// Free slots and coders are kept while all together take at most `memory_bytes`.
  explicit SlotPool(std::size_t memory_bytes);

  /// A slot for chunks of `chunk_bytes` decoded bytes with these filters, a kept one where
  /// possible.
  SlotLease take(const FilterSteps& steps, DeflateMode mode, std::uint64_t chunk_bytes);

  /// The same for a coder.
  CoderLease take_coder(const FilterSteps& steps, DeflateMode mode, std::uint64_t chunk_bytes);

  std::size_t memory_bytes() const { return memory_bytes_; }

  /// Of slots in use.
  std::size_t bytes_in_use() const;

  /// Of all slots and coders, in use or kept.
  std::size_t counted_bytes() const;

 private:
  friend GiveBack;
  static constexpr std::size_t kMostFree = 64;

  template <typename Place>
  using FreeList = std::vector<std::unique_ptr<Place>>;

  std::unique_ptr<ChunkSlot> take_free_slot(std::size_t bytes);
  std::unique_ptr<ChunkSlot> new_slot(std::size_t bytes);
  void use(ChunkSlot& slot, std::size_t bytes);
  std::unique_ptr<ChunkCoder> take_free_coder(const FilterSteps& steps, DeflateMode mode);
  template <typename Place>
  void count(Place& place, std::size_t bytes);
  template <typename Place>
  void keep(FreeList<Place>& free, std::unique_ptr<Place>& place);
  template <typename Place>
  void drop_oldest(FreeList<Place>& free);
  void drop_until_it_fits();
  bool is_of_parent() const;

  const std::size_t memory_bytes_;
  const int process_id_;
  mutable std::mutex mutex_;  // guards all below
  FreeList<ChunkSlot> free_slots_;
  FreeList<ChunkCoder> free_coders_;
  std::size_t counted_bytes_ = 0;
  std::size_t bytes_in_use_ = 0;
};

}  // namespace h5pave
