#include <algorithm>
#include <stdexcept>

#include "commit/stored_chunk.h"
#include "transfer/box_batches.h"
#include "transfer/part_layout.h"

namespace h5pave {

namespace {

using Memory = MemoryBox<const std::byte>;

/// A chunk on its way.
struct WrittenChunk {
  ChunkPart part;
  bool is_streamed = false;
  std::span<const std::byte> old;      ///< As stored, where the part leaves something out.
  std::span<const std::byte> encoded;  ///< In the slot, or in the batch's `encoded`.
};

/// The state of one write. A chunk is either streamed (gathered and encoded by a worker, then
/// committed) or merged into the cache.
class BoxWrite : private BoxBatches<WrittenChunk> {
 public:
  BoxWrite(const TransferTarget& target, const Box& box, const Memory& memory, std::size_t depth)
      : BoxBatches(target, box, depth),
        memory_(memory),
        streams_(target.converter == nullptr && pays_to_stream(target, box)),
        window_(target.access.workshop, streams_ ? depth : 0, format_) {}

  TransferEnd run() {
    return run_batches([this](Batch& batch, std::size_t job) { return start(batch, job); },
                       [this](Batch& batch, std::size_t job) { return finish(batch, job); });
  }

 private:
  bool start(Batch& batch, std::size_t job) {
    batch.has_job = false;
    for (WrittenChunk& chunk : batch.used()) {
      chunk.is_streamed = may_stream(chunk.part);
      if (chunk.is_streamed && !fetch_old(chunk, job)) return give_up("chunk_needs_native");
      batch.has_job = batch.has_job || chunk.is_streamed;
      // What the part leaves out of its chunk is decoded while earlier parts are merged.
      if (!chunk.is_streamed && !is_whole(format_, chunk.part) && has_several_batches())
        target_.cache.prefetch(chunk.part.offset, target_.access);
    }
    if (batch.has_job)
      window_.start(job, [this, &batch, &slot = window_.slot(job)] { encode_all(batch, slot); });
    return true;
  }

  bool may_stream(const ChunkPart& part) const {
    if (!streams_ || target_.cache.holds(part.offset)) return false;
    // A batch has no place for the old bytes of an edge chunk.
    if (!has_one_chunk_a_batch()) return is_whole(format_, part);
    return element_count(part.selected) == elements_inside(format_, part.offset, target_.extent);
  }

  /// An edge chunk keeps what it holds outside the extent: a later growth may show it.
  bool fetch_old(WrittenChunk& chunk, std::size_t job) {
    chunk.old = {};
    if (is_whole(format_, chunk.part)) return true;
    const Fetched found =
        fetch(format_, chunk.part.offset, window_.slot(job).stored, target_.access.store);
    if (found.kind == Fetched::Kind::kPresent) chunk.old = found.stored;
    return found.kind != Fetched::Kind::kUnusable && found.filter_mask == 0;
  }

  void encode_all(Batch& batch, ChunkSlot& slot) const {
    std::size_t used = 0;
    for (WrittenChunk& chunk : batch.used()) {
      if (!chunk.is_streamed) continue;
      chunk.encoded = encode_checked(gather(chunk.part, chunk.old, slot), slot);
      if (batch.count == 1) return;
      // Room for the largest results at once: a buffer that grows forgets what it holds.
      const std::span<std::byte> room = batch.encoded.get(
          batch_chunks_ * (2 * static_cast<std::size_t>(decoded_bytes(format_)) + 256));
      if (used + chunk.encoded.size() > room.size()) throw std::runtime_error("chunks grew");
      std::copy(chunk.encoded.begin(), chunk.encoded.end(),
                room.begin() + static_cast<std::ptrdiff_t>(used));
      chunk.encoded = room.subspan(used, chunk.encoded.size());
      used += chunk.encoded.size();
    }
  }

  /// The decoded chunk of a part: in place where the program's memory already is one. What the part
  /// leaves out keeps the content of the chunk as `stored`, or is fill value where that is empty.
  std::span<const std::byte> gather(const ChunkPart& part, std::span<const std::byte> stored,
                                    ChunkSlot& slot) const {
    const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
    const auto bytes = static_cast<std::size_t>(decoded_bytes(format_));
    if (is_whole(format_, part) && is_dense(format_, memory))
      return {memory_.base + memory.first, bytes};
    const std::span<std::byte> raw = slot.raw.get(bytes);
    if (!is_whole(format_, part)) {
      if (stored.empty()) {
        fill_with(raw, format_.fill);
      } else if (!decode({Fetched::Kind::kPresent, stored}, raw, slot)) {
        throw std::runtime_error("damaged chunk");
      }
    }
    copy_box(memory_.base, memory, raw.data(), chunk_part(format_, part), part.selected.length,
             format_.element_bytes);
    return raw;
  }

  bool finish(Batch& batch, std::size_t job) {
    if (batch.has_job && !window_.wait(job)) return give_up("chunk_needs_native");
    for (const WrittenChunk& chunk : batch.used()) {
      if (!(chunk.is_streamed ? commit(chunk) : merge(chunk.part))) return false;
    }
    return true;
  }

  bool commit(const WrittenChunk& chunk) {
    if (!target_.access.store.takes_encoded() || size_is_ambiguous(format_, chunk.encoded.size()))
      return give_up("chunk_needs_native");
    if (!target_.access.store.write(chunk.part.offset, chunk.encoded)) return fail();
    ++end_.direct_chunks;
    return true;
  }

  bool merge(const ChunkPart& part) {
    return target_.converter == nullptr ? merge_equal(part) : merge_converted(part);
  }

  Lookup chunk_to_change(const ChunkPart& part) {
    return is_whole(format_, part) ? target_.cache.blank(part.offset, target_.access)
                                   : target_.cache.load_to_write(part.offset, target_.access);
  }

  bool merge_equal(const ChunkPart& part) {
    const Lookup found = chunk_to_change(part);
    if (found.chunk == nullptr) return give_up(found.native_reason);
    copy_box(memory_.base, memory_part(memory_.layout, box_, part.selected),
             found.chunk->raw.data(), chunk_part(format_, part), part.selected.length,
             format_.element_bytes);
    return wrote(*found.chunk, part);
  }

  bool merge_converted(const ChunkPart& part) {
    ElementConverter& converter = *target_.converter;
    const Extent& length = part.selected.length;
    const auto count = static_cast<std::size_t>(element_count(part.selected));
    std::byte* const elements = this->elements().get(count * converter.room_bytes()).data();
    copy_box(memory_.base, memory_part(memory_.layout, box_, part.selected), elements,
             dense_layout(length, converter.from_bytes()), length, converter.from_bytes());
    const StridedBytes converted = dense_layout(length, converter.to_bytes());
    std::byte* background = nullptr;
    if (converter.needs_background()) {
      const Lookup old = target_.cache.load_to_write(part.offset, target_.access);
      if (old.chunk == nullptr) return give_up(old.native_reason);
      background = this->background().get(count * converter.to_bytes()).data();
      copy_box(old.chunk->raw.data(), chunk_part(format_, part), background, converted, length,
               converter.to_bytes());
    }
    if (!converter.convert(count, elements, background)) return fail();
    // Looked up again: the conversion may have called the program, and the program HDF5.
    const Lookup found = chunk_to_change(part);
    if (found.chunk == nullptr) return give_up(found.native_reason);
    copy_box(elements, converted, found.chunk->raw.data(), chunk_part(format_, part), length,
             converter.to_bytes());
    return wrote(*found.chunk, part);
  }

  bool wrote(CachedChunk& chunk, const ChunkPart& part) {
    return target_.cache.wrote(chunk, element_count(part.selected),
                               elements_inside(format_, part.offset, target_.extent),
                               target_.access) ||
           fail();
  }

  const Memory& memory_;
  const bool streams_;
  ChunkWindow window_;  // Last: its destructor waits for the jobs, which use all above.
};

}  // namespace

TransferEnd write_box(const TransferTarget& target, const Box& box,
                      const MemoryBox<const std::byte>& memory) {
  const std::size_t depth = transfer_depth(target, box);
  if (depth == 0) return {TransferEnd::Kind::kGiveUp, "memory_budget", 0};
  return BoxWrite(target, box, memory, depth).run();
}

}  // namespace h5pave
