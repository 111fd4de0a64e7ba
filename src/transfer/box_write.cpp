#include <algorithm>
#include <stdexcept>

#include "commit/chunk_window.h"
#include "commit/stored_chunk.h"
#include "transfer/box_transfer.h"
#include "transfer/part_layout.h"
#include "transfer/transfer_depth.h"

namespace h5pave {

namespace {

using Memory = MemoryBox<const std::byte>;

/// The state of one write, batch of chunks by batch. A chunk on its way is either streamed
/// (gathered and encoded by a worker, then committed) or merged into the cache.
class BoxWrite {
 public:
  BoxWrite(const TransferTarget& target, const Box& box, const Memory& memory, std::size_t depth)
      : target_(target),
        format_(target.format),
        box_(box),
        memory_(memory),
        streams_(target.converter == nullptr && pays_to_stream(target, box)),
        batch_(chunks_in_a_batch(target.format)),
        places_(depth),
        window_(target.access.workshop.slots, target.access.workshop.pool, streams_ ? depth : 0,
                format_.filters, target.access.workshop.mode) {}

  TransferEnd run() {
    for (Place& place : places_) place.chunks.resize(batch_);
    ChunkParts all(box_, format_.chunk);
    std::size_t started = 0;
    std::size_t ended = 0;
    for (bool more = true; more || ended < started;) {
      while (more && started - ended < places_.size()) {
        more = fill(place(started), all);
        if (place(started).count > 0 && !start(started++)) return end_;
      }
      if (ended < started && !finish(ended++)) return end_;
    }
    return end_;
  }

 private:
  struct Chunk {
    ChunkPart part;
    bool is_streamed = false;
    std::span<const std::byte> old;      ///< As stored, where the part leaves something out.
    std::span<const std::byte> encoded;  ///< In the slot, or in the place's `encoded`.
  };
  struct Place {
    std::vector<Chunk> chunks;
    std::size_t count = 0;
    bool has_job = false;
    ByteBuffer encoded;  ///< Of all chunks of a batch; a codec keeps only its last result.

    std::span<Chunk> used() { return std::span(chunks).first(count); }
  };

  Place& place(std::size_t job) { return places_[job % places_.size()]; }

  /// Takes the next batch of parts; false when there are no more.
  bool fill(Place& at, ChunkParts& all) const {
    for (at.count = 0; at.count < batch_; ++at.count) {
      if (!all.next(at.chunks[at.count].part)) return false;
    }
    return true;
  }

  bool give_up(std::string_view reason) {
    end_.kind = TransferEnd::Kind::kGiveUp;
    end_.native_reason = reason;
    return false;
  }

  bool fail() {
    end_.kind = TransferEnd::Kind::kFailed;
    return false;
  }

  bool start(std::size_t job) {
    Place& at = place(job);
    at.has_job = false;
    for (Chunk& chunk : at.used()) {
      chunk.is_streamed = may_stream(chunk.part);
      if (chunk.is_streamed && !fetch_old(chunk, job)) return give_up("chunk_needs_native");
      at.has_job = at.has_job || chunk.is_streamed;
      // What the part leaves out of its chunk is decoded while earlier parts are merged.
      if (!chunk.is_streamed && !is_whole(format_, chunk.part) && places_.size() > 1)
        target_.cache.prefetch(chunk.part.offset, target_.access);
    }
    if (at.has_job)
      window_.start(job, [this, &at, &slot = window_.slot(job)] { encode_all(at, slot); });
    return true;
  }

  bool may_stream(const ChunkPart& part) const {
    if (!streams_ || target_.cache.holds(part.offset)) return false;
    // A batch has no place for the old bytes of an edge chunk.
    if (batch_ > 1) return is_whole(format_, part);
    return element_count(part.selected) == elements_inside(format_, part.offset, target_.extent);
  }

  /// An edge chunk keeps what it holds outside the extent: a later growth may show it.
  bool fetch_old(Chunk& chunk, std::size_t job) {
    chunk.old = {};
    if (is_whole(format_, chunk.part)) return true;
    const Fetched found =
        fetch(format_, chunk.part.offset, window_.slot(job).stored, target_.access.store);
    if (found.kind == Fetched::Kind::kPresent) chunk.old = found.stored;
    return found.kind != Fetched::Kind::kUnusable && found.filter_mask == 0;
  }

  void encode_all(Place& at, ChunkSlot& slot) const {
    std::size_t used = 0;
    for (Chunk& chunk : at.used()) {
      if (!chunk.is_streamed) continue;
      chunk.encoded = encode_checked(gather(chunk.part, chunk.old, slot), slot);
      if (at.count == 1) return;
      // Room for the largest results at once: a buffer that grows forgets what it holds.
      const std::span<std::byte> room =
          at.encoded.get(batch_ * (2 * static_cast<std::size_t>(decoded_bytes(format_)) + 256));
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
      } else if (!slot.codec.decode(stored, raw)) {
        throw std::runtime_error("damaged chunk");
      }
    }
    copy_box(memory_.base, memory, raw.data(), chunk_part(format_, part), part.selected.length,
             format_.element_bytes);
    return raw;
  }

  bool finish(std::size_t job) {
    Place& at = place(job);
    if (at.has_job && !window_.wait(job)) return give_up("chunk_needs_native");
    for (const Chunk& chunk : at.used()) {
      if (!(chunk.is_streamed ? commit(chunk) : merge(chunk.part))) return false;
    }
    return true;
  }

  bool commit(const Chunk& chunk) {
    if (size_is_ambiguous(format_, chunk.encoded.size())) return give_up("chunk_needs_native");
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
    std::byte* const elements = elements_.get(count * converter.room_bytes()).data();
    copy_box(memory_.base, memory_part(memory_.layout, box_, part.selected), elements,
             dense_layout(length, converter.from_bytes()), length, converter.from_bytes());
    const StridedBytes converted = dense_layout(length, converter.to_bytes());
    std::byte* background = nullptr;
    if (converter.needs_background()) {
      const Lookup old = target_.cache.load_to_write(part.offset, target_.access);
      if (old.chunk == nullptr) return give_up(old.native_reason);
      background = background_.get(count * converter.to_bytes()).data();
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

  const TransferTarget& target_;
  const ChunkFormat& format_;
  const Box& box_;
  const Memory& memory_;
  const bool streams_;
  const std::size_t batch_;
  TransferEnd end_;
  ByteBuffer elements_;
  ByteBuffer background_;
  std::vector<Place> places_;
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
