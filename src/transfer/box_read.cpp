#include <algorithm>
#include <stdexcept>

#include "commit/chunk_window.h"
#include "commit/stored_chunk.h"
#include "transfer/box_transfer.h"
#include "transfer/part_layout.h"
#include "transfer/transfer_depth.h"

namespace h5pave {

namespace {

using Memory = MemoryBox<std::byte>;

/// The state of one read, batch of chunks by batch. A chunk is either decoded by a worker straight
/// into the program's memory, or taken from the cache, which has it decoded in the background.
class BoxRead {
 public:
  BoxRead(const TransferTarget& target, const Box& box, const Memory& memory, std::size_t depth)
      : target_(target),
        format_(target.format),
        box_(box),
        memory_(memory),
        batch_(chunks_in_a_batch(target.format)),
        places_(depth),
        window_(target.access.workshop.slots, depth > 1 ? target.access.workshop.pool : nullptr,
                depth, format_.filters, target.access.workshop.mode) {}

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
  enum class Way { kDirect, kAbsent, kCached };
  struct Chunk {
    ChunkPart part;
    Way way = Way::kDirect;
    Fetched found{Fetched::Kind::kAbsent, {}};
    ByteBuffer buffer;  ///< Of the stored bytes in a batch of several chunks; else the slot has it.
  };
  struct Place {
    std::vector<Chunk> chunks;
    std::size_t count = 0;
    bool has_job = false;

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

  bool start(std::size_t job) {
    Place& at = place(job);
    at.has_job = false;
    for (Chunk& chunk : at.used()) {
      if (!find(chunk, job)) return give_up("chunk_needs_native");
      at.has_job = at.has_job || chunk.way == Way::kDirect;
    }
    if (at.has_job)
      window_.start(job, [this, &at, &slot = window_.slot(job)] {
        for (const Chunk& chunk : at.used()) {
          if (chunk.way == Way::kDirect) scatter(chunk.part, chunk.found, slot);
        }
      });
    return true;
  }

  /// Settles the way of a chunk; false when it is unusable.
  bool find(Chunk& chunk, std::size_t job) {
    const ChunkPart& part = chunk.part;
    if (target_.converter != nullptr || !is_whole(format_, part) ||
        target_.cache.holds(part.offset)) {
      chunk.way = Way::kCached;
      if (places_.size() > 1) target_.cache.prefetch(part.offset, target_.access);
      return true;
    }
    ByteBuffer& buffer = batch_ > 1 ? chunk.buffer : window_.slot(job).stored;
    chunk.found = fetch(format_, part.offset, buffer, target_.access.store);
    chunk.way = chunk.found.kind == Fetched::Kind::kAbsent ? Way::kAbsent : Way::kDirect;
    return chunk.found.kind != Fetched::Kind::kUnusable;
  }

  void scatter(const ChunkPart& part, const Fetched& found, ChunkSlot& slot) const {
    const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
    const auto bytes = static_cast<std::size_t>(decoded_bytes(format_));
    const bool in_place = is_dense(format_, memory);
    const std::span<std::byte> raw =
        in_place ? std::span(memory_.base + memory.first, bytes) : slot.raw.get(bytes);
    if (!decode(found, raw, slot)) throw std::runtime_error("damaged chunk");
    if (in_place) return;
    copy_box(raw.data(), chunk_part(format_, part), memory_.base, memory, part.selected.length,
             format_.element_bytes);
  }

  bool finish(std::size_t job) {
    Place& at = place(job);
    if (at.has_job && !window_.wait(job)) return give_up("chunk_needs_native");
    for (const Chunk& chunk : at.used()) {
      if (!deliver(chunk)) return false;
    }
    return true;
  }

  bool deliver(const Chunk& chunk) {
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
    const StridedBytes one{0, std::vector<std::ptrdiff_t>(part.selected.length.size(), 0)};
    if (target_.converter != nullptr)
      return deliver_converted(part, format_.fill.data(), one, nullptr);
    copy_box(format_.fill.data(), one, memory_.base,
             memory_part(memory_.layout, box_, part.selected), part.selected.length,
             format_.element_bytes);
    return true;
  }

  /// `chunk`: where the elements are from, or null.
  bool deliver_converted(const ChunkPart& part, const std::byte* source, const StridedBytes& from,
                         CachedChunk* chunk) {
    ElementConverter& converter = *target_.converter;
    const Extent& length = part.selected.length;
    const auto count = static_cast<std::size_t>(element_count(part.selected));
    const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
    const StridedBytes converted = dense_layout(length, converter.to_bytes());
    std::byte* const elements = elements_.get(count * converter.room_bytes()).data();
    copy_box(source, from, elements, dense_layout(length, converter.from_bytes()), length,
             converter.from_bytes());
    // Before the conversion, which may call the program, and the program HDF5.
    if (chunk != nullptr) target_.cache.was_read(*chunk, count);
    std::byte* background = nullptr;
    if (converter.needs_background()) {
      background = background_.get(count * converter.to_bytes()).data();
      copy_box(memory_.base, memory, background, converted, length, converter.to_bytes());
    }
    if (!converter.convert(count, elements, background)) {
      end_.kind = TransferEnd::Kind::kFailed;
      return false;
    }
    copy_box(elements, converted, memory_.base, memory, length, converter.to_bytes());
    return true;
  }

  const TransferTarget& target_;
  const ChunkFormat& format_;
  const Box& box_;
  const Memory& memory_;
  const std::size_t batch_;
  TransferEnd end_;
  ByteBuffer elements_;
  ByteBuffer background_;
  std::vector<Place> places_;
  ChunkWindow window_;  // Last: its destructor waits for the jobs, which use all above.
};

}  // namespace

TransferEnd read_box(const TransferTarget& target, const Box& box,
                     const MemoryBox<std::byte>& memory) {
  const std::size_t depth = transfer_depth(target, box);
  if (depth == 0) return {TransferEnd::Kind::kGiveUp, "memory_budget", 0};
  return BoxRead(target, box, memory, depth).run();
}

}  // namespace h5pave
