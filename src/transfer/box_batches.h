// Takes a box apart into batches of chunk parts and keeps several batches on their way: started in
// order, finished in the same order.
//
// Called by box_read.cpp and box_write.cpp. Thread rule: the thread that called HDF5; the job of a
// batch runs on a worker and sees that batch alone.
#pragma once

#include <span>
#include <vector>

#include "commit/chunk_window.h"
#include "transfer/box_transfer.h"
#include "transfer/part_layout.h"
#include "transfer/transfer_depth.h"

namespace h5pave {

/// `Chunk` is what the transfer keeps of one chunk of a batch; it has a member `part`.
template <typename Chunk>
class BoxBatches : public EndableTransfer {
 protected:
  struct Batch {
    std::vector<Chunk> chunks;
    std::size_t count = 0;
    bool has_job = false;
    ByteBuffer encoded;  ///< Of all chunks of a written batch; a codec keeps only its last result.

    std::span<Chunk> used() { return std::span(chunks).first(count); }
  };

  /// Up to `depth` batches are on their way.
  BoxBatches(const TransferTarget& target, const Box& box, std::size_t depth)
      : target_(target),
        format_(target.format),
        box_(box),
        batch_chunks_(chunks_in_a_batch(target.format)),
        batches_(depth) {
    for (Batch& batch : batches_) batch.chunks.resize(batch_chunks_);
  }

  /// Calls `start(batch, number)` and `finish(batch, number)` for every batch until one returns
  /// false.
  template <typename Start, typename Finish>
  TransferEnd run_batches(Start&& start, Finish&& finish) {
    ChunkParts all(box_, format_.chunk);
    std::size_t started = 0;
    std::size_t ended = 0;
    for (bool more = true; more || ended < started;) {
      while (more && started - ended < batches_.size()) {
        Batch& next = batches_[started % batches_.size()];
        more = fill(next, all);
        if (next.count > 0 && !start(next, started++)) return end_;
      }
      if (ended == started) continue;
      Batch& oldest = batches_[ended % batches_.size()];
      if (!finish(oldest, ended++)) return end_;
    }
    return end_;
  }

  bool has_one_chunk_a_batch() const { return batch_chunks_ == 1; }
  bool has_several_batches() const { return batches_.size() > 1; }

  const TransferTarget& target_;
  const ChunkFormat& format_;
  const Box& box_;
  const std::size_t batch_chunks_;

  /// Buffers for the elements of a piece on their way through the converter, and for all elements
  /// of a part that is larger, as they are in the file.
  ByteBuffer& elements() { return conversion_slot().raw; }
  ByteBuffer& background() { return conversion_slot().stored; }
  ByteBuffer& whole_part() { return conversion_slot().encoded; }

  /// True when the part's elements go through the converter at once.
  bool converts_at_once(const ChunkPart& part) const {
    return element_count(part.selected) * target_.converter->room_bytes() <= kConvertedBytes;
  }

  /// Calls `convert(piece)` for each piece of the part until one returns false.
  template <typename Convert>
  bool for_each_piece(const ChunkPart& part, Convert&& convert) const {
    ChunkParts pieces(part.selected,
                      converted_lengths(part.selected, target_.converter->room_bytes()));
    for (ChunkPart piece; pieces.next(piece);) {
      if (!convert({part.offset, piece.selected})) return false;
    }
    return true;
  }

 private:
  ChunkSlot& conversion_slot() {
    if (conversion_slot_ == nullptr) conversion_slot_ = take_slot(format_, target_.access.workshop);
    return *conversion_slot_;
  }

  /// Takes the next batch of parts; false when there are no more.
  bool fill(Batch& batch, ChunkParts& all) const {
    for (batch.count = 0; batch.count < batch_chunks_; ++batch.count) {
      if (!all.next(batch.chunks[batch.count].part)) return false;
    }
    return true;
  }

  std::vector<Batch> batches_;
  SlotLease conversion_slot_{nullptr, GiveBack{nullptr}};
};

}  // namespace h5pave
