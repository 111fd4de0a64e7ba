#include <algorithm>
#include <stdexcept>

#include "commit/stored_chunk.h"
#include "transfer/box_batches.h"
#include "transfer/part_layout.h"

namespace h5pave {

namespace {

using Memory = MemoryBox<std::byte>;

/// A chunk on its way.
struct ReadChunk {
  enum class Way { kDirect, kAbsent, kCached };

  ChunkPart part;
  Way way = Way::kDirect;
  Fetched found{Fetched::Kind::kAbsent, {}};
  ByteBuffer buffer;  ///< Of the stored bytes in a batch of several chunks; else the slot has it.
};

/// A single batch is decoded faster here than it is handed over.
Workshop workshop_for(const TransferTarget& target, std::size_t depth) {
  Workshop workshop = target.access.workshop;
  if (depth == 1) workshop.pool = nullptr;
  return workshop;
}

/// The state of one read. A chunk is either decoded by a worker straight into the program's memory,
/// or taken from the cache, which has it decoded in the background.
class BoxRead : private BoxBatches<ReadChunk> {
 public:
  BoxRead(const TransferTarget& target, const Box& box, const Memory& memory, std::size_t depth)
      : BoxBatches(target, box, depth),
        memory_(memory),
        keeps_parts_(!is_too_large_to_keep(target, box)),
        window_(workshop_for(target, depth), depth, format_) {}

  TransferEnd run() {
    return run_batches([this](Batch& batch, std::size_t job) { return start(batch, job); },
                       [this](Batch& batch, std::size_t job) { return finish(batch, job); });
  }

 private:
  using Way = ReadChunk::Way;

  bool start(Batch& batch, std::size_t job) {
    batch.has_job = false;
    for (ReadChunk& chunk : batch.used()) {
      if (!find(chunk, job)) return give_up("chunk_needs_native");
      batch.has_job = batch.has_job || chunk.way == Way::kDirect;
    }
    if (batch.has_job)
      window_.start(job, [this, &batch, &slot = window_.slot(job)] {
        for (const ReadChunk& chunk : batch.used()) {
          if (chunk.way == Way::kDirect) scatter(chunk.part, chunk.found, slot);
        }
      });
    return true;
  }

  /// Settles the way of a chunk; false when it is unusable.
  bool find(ReadChunk& chunk, std::size_t job) {
    const ChunkPart& part = chunk.part;
    if (target_.converter != nullptr || is_to_keep(part) || target_.cache.holds(part.offset)) {
      chunk.way = Way::kCached;
      if (has_several_batches()) target_.cache.prefetch(part.offset, target_.access);
      return true;
    }
    ByteBuffer& buffer = has_one_chunk_a_batch() ? window_.slot(job).stored : chunk.buffer;
    chunk.found = fetch(format_, part.offset, buffer, target_.access.store);
    chunk.way = chunk.found.kind == Fetched::Kind::kAbsent ? Way::kAbsent : Way::kDirect;
    return chunk.found.kind != Fetched::Kind::kUnusable;
  }

  bool is_to_keep(const ChunkPart& part) const {
    if (is_whole(format_, part)) return false;
    return keeps_parts_ || element_count(part.selected) < chunk_elements(format_) / 2;
  }

  void scatter(const ChunkPart& part, const Fetched& found, ChunkSlot& slot) const {
    const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
    const auto bytes = static_cast<std::size_t>(decoded_bytes(format_));
    const bool in_place = is_whole(format_, part) && is_dense(format_, memory);
    const std::span<std::byte> raw =
        in_place ? std::span(memory_.base + memory.first, bytes) : slot.raw.get(bytes);
    if (!decode(found, raw, slot)) throw std::runtime_error("damaged chunk");
    if (in_place) return;
    copy_box(raw.data(), chunk_part(format_, part), memory_.base, memory, part.selected.length,
             format_.element_bytes);
  }

  bool finish(Batch& batch, std::size_t job) {
    if (batch.has_job && !window_.wait(job)) return give_up("chunk_needs_native");
    for (const ReadChunk& chunk : batch.used()) {
      if (!deliver(chunk)) return false;
    }
    return true;
  }

  bool deliver(const ReadChunk& chunk) {
    if (chunk.way == Way::kAbsent) return deliver_fill(chunk.part);
    if (chunk.way == Way::kCached) return deliver_cached(chunk.part);
    ++end_.direct_chunks;
    return true;
  }

  bool deliver_cached(const ChunkPart& part) {
    const Lookup found = target_.cache.load_to_read(part.offset, target_.access);
    if (found.is_absent) return deliver_fill(part);
    if (found.chunk == nullptr) return give_up(found.native_reason);
    const std::byte* const raw = found.chunk->raw.data();
    if (target_.converter != nullptr)
      return deliver_converted(part, raw, chunk_part(format_, part), found.chunk);
    copy_box(raw, chunk_part(format_, part), memory_.base,
             memory_part(memory_.layout, box_, part.selected), part.selected.length,
             format_.element_bytes);
    target_.cache.was_read(*found.chunk, element_count(part.selected));
    return true;
  }

  bool deliver_fill(const ChunkPart& part) {
    if (!format_.absent_reads_fill) return give_up("absent_chunk_without_fill");
    // A layout of distances 0 has every element at the one fill element.
    const StridedBytes one{0, PerDimension<std::ptrdiff_t>(part.selected.length.size(), 0)};
    if (target_.converter != nullptr)
      return deliver_converted(part, format_.fill.data(), one, nullptr);
    copy_box(format_.fill.data(), one, memory_.base,
             memory_part(memory_.layout, box_, part.selected), part.selected.length,
             format_.element_bytes);
    return true;
  }

  /// `chunk`: where the elements are from, or null.
  bool deliver_converted(const ChunkPart& part, const std::byte* source, StridedBytes from,
                         CachedChunk* chunk) {
    if (converts_at_once(part)) return deliver_piece(part, source, from, chunk);
    if (chunk != nullptr) {
      // A conversion may call the program, and the program HDF5: then the chunk may be gone.
      const Extent& length = part.selected.length;
      const StridedBytes dense = dense_layout(length, format_.element_bytes);
      const auto count = static_cast<std::size_t>(element_count(part.selected));
      std::byte* const all = whole_part().get(count * format_.element_bytes).data();
      copy_box(source, from, all, dense, length, format_.element_bytes);
      target_.cache.was_read(*chunk, count);
      source = all;
      from = dense;
    }
    return for_each_piece(part, [&](const ChunkPart& piece) {
      return deliver_piece(piece, source, memory_part(from, part.selected, piece.selected),
                           nullptr);
    });
  }

  bool deliver_piece(const ChunkPart& part, const std::byte* source, const StridedBytes& from,
                     CachedChunk* chunk) {
    ElementConverter& converter = *target_.converter;
    const Extent& length = part.selected.length;
    const auto count = static_cast<std::size_t>(element_count(part.selected));
    const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
    const StridedBytes converted = dense_layout(length, converter.to_bytes());
    std::byte* const elements = this->elements().get(count * converter.room_bytes()).data();
    copy_box(source, from, elements, dense_layout(length, converter.from_bytes()), length,
             converter.from_bytes());
    // Before the conversion, which may call the program, and the program HDF5.
    if (chunk != nullptr) target_.cache.was_read(*chunk, count);
    std::byte* background = nullptr;
    if (converter.needs_background()) {
      background = this->background().get(count * converter.to_bytes()).data();
      copy_box(memory_.base, memory, background, converted, length, converter.to_bytes());
    }
    if (!converter.convert(count, elements, background)) return fail();
    copy_box(elements, converted, memory_.base, memory, length, converter.to_bytes());
    return true;
  }

  const Memory& memory_;
  const bool keeps_parts_;  ///< Chunks of which most is read stay in the cache.
  ChunkWindow window_;      // Last: its destructor waits for the jobs, which use all above.
};

}  // namespace

TransferEnd read_box(const TransferTarget& target, const Box& box,
                     const MemoryBox<std::byte>& memory) {
  const std::size_t depth = transfer_depth(target, box);
  if (depth == 0) return {TransferEnd::Kind::kGiveUp, "memory_budget", 0};
  return BoxRead(target, box, memory, depth).run();
}

}  // namespace h5pave
