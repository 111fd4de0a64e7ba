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

/// The state of one read, chunk by chunk. A chunk is either decoded by a worker straight into the
/// program's memory, or taken from the cache, which has it decoded in the background.
class BoxRead {
 public:
  BoxRead(const TransferTarget& target, const Box& box, const Memory& memory, std::size_t depth)
      : target_(target),
        format_(target.format),
        box_(box),
        memory_(memory),
        places_(depth),
        window_(target.access.workshop.slots, depth > 1 ? target.access.workshop.pool : nullptr,
                depth, format_.filters, target.access.workshop.mode) {}

  TransferEnd run() {
    ChunkParts all(box_, format_.chunk);
    std::size_t started = 0;
    std::size_t ended = 0;
    for (bool more = true; more || ended < started;) {
      while (more && started - ended < places_.size()) {
        more = all.next(places_[started % places_.size()].part);
        if (more && !start(started++)) return end_;
      }
      if (ended < started && !finish(ended++)) return end_;
    }
    return end_;
  }

 private:
  enum class Way { kDirect, kAbsent, kCached };
  struct Place {
    ChunkPart part;
    Way way = Way::kDirect;
  };

  Place& place(std::size_t job) { return places_[job % places_.size()]; }

  bool give_up(std::string_view reason) {
    end_.kind = TransferEnd::Kind::kGiveUp;
    end_.native_reason = reason;
    return false;
  }

  bool start(std::size_t job) {
    Place& at = place(job);
    const bool direct = target_.converter == nullptr && is_whole(format_, at.part) &&
                        !target_.cache.holds(at.part.offset);
    if (direct) return start_decoding(job);
    at.way = Way::kCached;
    if (places_.size() > 1) target_.cache.prefetch(at.part.offset, target_.access);
    return true;
  }

  bool start_decoding(std::size_t job) {
    Place& at = place(job);
    ChunkSlot& slot = window_.slot(job);
    const Fetched found = fetch(format_, at.part.offset, slot.stored, target_.access.store);
    if (found.kind == Fetched::Kind::kUnusable) return give_up("chunk_needs_native");
    at.way = found.kind == Fetched::Kind::kAbsent ? Way::kAbsent : Way::kDirect;
    if (at.way == Way::kAbsent) return true;
    window_.start(job,
                  [this, &at, &slot, stored = found.stored] { scatter(at.part, stored, slot); });
    return true;
  }

  void scatter(const ChunkPart& part, std::span<const std::byte> stored, ChunkSlot& slot) const {
    const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
    const auto bytes = static_cast<std::size_t>(decoded_bytes(format_));
    const bool in_place = is_dense(format_, memory);
    const std::span<std::byte> raw =
        in_place ? std::span(memory_.base + memory.first, bytes) : slot.raw.get(bytes);
    if (!slot.codec.decode(stored, raw)) throw std::runtime_error("damaged chunk");
    if (in_place) return;
    copy_box(raw.data(), chunk_part(format_, part), memory_.base, memory, part.selected.length,
             format_.element_bytes);
  }

  bool finish(std::size_t job) {
    Place& at = place(job);
    if (at.way == Way::kAbsent) return deliver_fill(at.part);
    if (at.way == Way::kCached) return deliver_cached(at.part);
    if (!window_.wait(job)) return give_up("chunk_needs_native");
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
