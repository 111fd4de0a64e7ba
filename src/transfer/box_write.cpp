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
    const std::size_t to_bytes = target_.converter->to_bytes();
    const Extent& length = part.selected.length;
    const StridedBytes dense = dense_layout(length, to_bytes);
    const std::byte* converted = nullptr;
    if (converts_at_once(part)) {
      converted = convert_piece(part);
      if (converted == nullptr) return false;
    } else {
      std::byte* const all =
          whole_part()
              .get(static_cast<std::size_t>(element_count(part.selected)) * to_bytes)
              .data();
      const bool done = for_each_piece(part, [&](const ChunkPart& piece) {
        const std::byte* const elements = convert_piece(piece);
        if (elements == nullptr) return false;
        const Extent& lengths = piece.selected.length;
        copy_box(elements, dense_layout(lengths, to_bytes), all,
                 memory_part(dense, part.selected, piece.selected), lengths, to_bytes);
        return true;
      });
      if (!done) return false;
      converted = all;
    }
    // Only now: the conversion may have called the program, and the program HDF5.
    const Lookup found = chunk_to_change(part);
    if (found.chunk == nullptr) return give_up(found.native_reason);
    copy_box(converted, dense, found.chunk->raw.data(), chunk_part(format_, part), length,
             to_bytes);
    return wrote(*found.chunk, part);
  }

  /// The piece's elements as they are in the file, densely; null when that ends the transfer.
  const std::byte* convert_piece(const ChunkPart& piece) {
    ElementConverter& converter = *target_.converter;
    const Extent& length = piece.selected.length;
    const auto count = static_cast<std::size_t>(element_count(piece.selected));
    std::byte* const elements = this->elements().get(count * converter.room_bytes()).data();
    copy_box(memory_.base, memory_part(memory_.layout, box_, piece.selected), elements,
             dense_layout(length, converter.from_bytes()), length, converter.from_bytes());
    std::byte* background = nullptr;
    if (converter.needs_background()) {
      const Lookup old = target_.cache.load_to_write(piece.offset, target_.access);
      if (old.chunk == nullptr) {
        give_up(old.native_reason);
        return nullptr;
      }
      background = this->background().get(count * converter.to_bytes()).data();
      copy_box(old.chunk->raw.data(), chunk_part(format_, piece), background,
               dense_layout(length, converter.to_bytes()), length, converter.to_bytes());
    }
    if (converter.convert(count, elements, background)) return elements;
    fail();
    return nullptr;
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
