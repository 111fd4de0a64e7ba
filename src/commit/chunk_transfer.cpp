#include "commit/chunk_transfer.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "advisor/saturating.h"
#include "commit/chunk_window.h"

namespace h5pave {

namespace {

/// Slots for the chunks of `box`: two per worker and one, inside the memory limit; 0 when not even
/// one chunk fits.
std::size_t window_depth(const Box& box, const ChunkFormat& format, const Workshop& workshop) {
  const std::uint64_t chunks = ChunkParts(box, format.chunk).count();
  // Decoded bytes, the codec's intermediate and its result, and the proof.
  const std::uint64_t slot_bytes = saturating_product(decoded_bytes(format), 4);
  const std::uint64_t affordable =
      workshop.slots.memory_bytes() / std::max<std::uint64_t>(slot_bytes, 1);
  const std::uint64_t wanted = workshop.pool == nullptr ? 1 : 2 * workshop.pool->thread_count() + 1;
  return static_cast<std::size_t>(std::min({chunks, affordable, wanted}));
}

/// The pool, unless there is nothing to do at the same time.
ThreadPool* pool_for(const Box& box, const ChunkFormat& format, const Workshop& workshop) {
  return ChunkParts(box, format.chunk).count() > 1 ? workshop.pool : nullptr;
}

/// Byte layout of the part's elements in the program's memory.
StridedBytes memory_part(const StridedBytes& whole, const Box& box, const Box& part) {
  StridedBytes layout = whole;
  for (std::size_t dim = 0; dim < part.start.size(); ++dim) {
    layout.first +=
        whole.distance[dim] * static_cast<std::ptrdiff_t>(part.start[dim] - box.start[dim]);
  }
  return layout;
}

/// Byte layout of the part's elements in its decoded chunk.
StridedBytes chunk_part(const ChunkFormat& format, const ChunkPart& part) {
  StridedBytes layout = dense_layout(format.chunk, format.element_bytes);
  for (std::size_t dim = 0; dim < format.chunk.size(); ++dim) {
    layout.first += layout.distance[dim] *
                    static_cast<std::ptrdiff_t>(part.selected.start[dim] - part.offset[dim]);
  }
  return layout;
}

bool is_whole(const ChunkFormat& format, const ChunkPart& part) {
  return part.selected.length == format.chunk;
}

/// True when a whole chunk lies in memory as it lies in the file.
bool is_dense(const ChunkFormat& format, const StridedBytes& memory) {
  const StridedBytes dense = dense_layout(format.chunk, format.element_bytes);
  for (std::size_t dim = 0; dim < format.chunk.size(); ++dim) {
    if (format.chunk[dim] > 1 && memory.distance[dim] != dense.distance[dim]) return false;
  }
  return true;
}

/// Fills with repetitions of one element.
void fill_with(std::span<std::byte> bytes, const std::vector<std::byte>& element) {
  const bool zero = std::all_of(element.begin(), element.end(),
                                [](std::byte byte) { return byte == std::byte{0}; });
  if (zero) {
    std::memset(bytes.data(), 0, bytes.size());
    return;
  }
  for (std::size_t at = 0; at + element.size() <= bytes.size(); at += element.size())
    std::memcpy(bytes.data() + at, element.data(), element.size());
}

/// The decoded chunk of `part`: in place where the program's memory already is one. What the part
/// leaves out keeps the content of the chunk as `stored`, or is fill value where that is empty.
std::span<const std::byte> gather(const ChunkFormat& format, const ChunkPart& part,
                                  const std::byte* base, const StridedBytes& memory,
                                  std::span<const std::byte> stored, ChunkSlot& slot) {
  const auto bytes = static_cast<std::size_t>(decoded_bytes(format));
  if (is_whole(format, part) && is_dense(format, memory)) return {base + memory.first, bytes};
  const std::span<std::byte> raw = slot.raw.get(bytes);
  if (!is_whole(format, part)) {
    if (stored.empty()) {
      fill_with(raw, format.fill);
    } else if (!slot.codec.decode(stored, raw)) {
      throw std::runtime_error("damaged chunk");
    }
  }
  copy_box(base, memory, raw.data(), chunk_part(format, part), part.selected.length,
           format.element_bytes);
  return raw;
}

/// Encodes `chunk` and proves the result: a chunk that does not decode to the same bytes is never
/// committed, whatever the reason. Decoding costs a fraction of encoding.
std::span<const std::byte> encode_checked(std::span<const std::byte> chunk, ChunkSlot& slot) {
  const std::span<const std::byte> encoded = slot.codec.encode(chunk);
  const std::span<std::byte> decoded = slot.proof.get(chunk.size());
  if (!slot.prover.decode(encoded, decoded) ||
      std::memcmp(decoded.data(), chunk.data(), chunk.size()) != 0)
    throw std::runtime_error("encoded chunk does not decode to its content");
  return encoded;
}

/// Decodes `stored` and copies the part into the program's memory; false when damaged.
bool scatter(const ChunkFormat& format, const ChunkPart& part, std::byte* base,
             const StridedBytes& memory, ChunkSlot& slot, std::span<const std::byte> stored) {
  const auto bytes = static_cast<std::size_t>(decoded_bytes(format));
  if (is_whole(format, part) && is_dense(format, memory))
    return slot.codec.decode(stored, {base + memory.first, bytes});
  const std::span<std::byte> raw = slot.raw.get(bytes);
  if (!slot.codec.decode(stored, raw)) return false;
  copy_box(raw.data(), chunk_part(format, part), base, memory, part.selected.length,
           format.element_bytes);
  return true;
}

/// An encoded chunk of this size could not be told from one that was stored without deflate, whose
/// filter mask libhdf5 keeps when a chunk is rewritten at its old size.
bool size_is_ambiguous(const ChunkFormat& format, std::size_t stored_bytes) {
  constexpr std::uint64_t kChecksumBytes = 4;
  const bool deflates =
      std::any_of(format.filters.begin(), format.filters.end(),
                  [](const FilterStep& step) { return step.kind == FilterStep::Kind::kDeflate; });
  if (!deflates) return false;
  const std::uint64_t raw = decoded_bytes(format);
  return stored_bytes == raw || stored_bytes == raw + kChecksumBytes;
}

/// The outcome of looking for a stored chunk.
struct Fetched {
  enum class Kind { kPresent, kAbsent, kUnusable } kind;
  std::span<const std::byte> stored;
};

/// Reads the chunk at `offset` into `buffer`. Unusable: too large to be one of ours, unreadable, or
/// with a filter mask.
Fetched fetch(const ChunkFormat& format, const Extent& offset, ByteBuffer& buffer,
              ChunkStore& store) {
  const auto bytes = store.stored_bytes(offset);
  if (!bytes || *bytes == 0) return {Fetched::Kind::kAbsent, {}};
  // The size comes from the file: it must be plausible before it becomes an allocation.
  if (*bytes > saturating_sum(saturating_product(decoded_bytes(format), 2), 4096))
    return {Fetched::Kind::kUnusable, {}};
  const std::span<std::byte> stored = buffer.get(static_cast<std::size_t>(*bytes));
  const auto mask = store.read(offset, stored);
  if (!mask || *mask != 0) return {Fetched::Kind::kUnusable, {}};
  return {Fetched::Kind::kPresent, stored};
}

/// The state of one write, chunk by chunk.
class WriteRun {
 public:
  WriteRun(const ChunkFormat& format, const Box& box, const MemoryBox<const std::byte>& memory,
           const Workshop& workshop, std::size_t depth, ChunkStore& store)
      : format_(format),
        box_(box),
        memory_(memory),
        store_(store),
        parts_(depth),
        encoded_(depth),
        window_(workshop.slots, pool_for(box, format, workshop), depth, format.filters,
                workshop.mode) {}

  TransferEnd run() {
    ChunkParts all(box_, format_.chunk);
    std::size_t started = 0;
    std::size_t committed = 0;
    bool more = true;
    while (more || committed < started) {
      while (more && started - committed < window_.depth()) {
        more = all.next(parts_[started % window_.depth()]);
        if (more && !start(started++)) return TransferEnd::kGiveUp;
      }
      if (committed == started) break;
      if (const TransferEnd end = commit(committed++); end != TransferEnd::kDone) return end;
    }
    return TransferEnd::kDone;
  }

 private:
  bool start(std::size_t job) {
    const std::size_t place = job % window_.depth();
    ChunkSlot& slot = window_.slot(job);
    // An edge chunk keeps what it holds outside the extent: a later growth may show it.
    Fetched old{Fetched::Kind::kAbsent, {}};
    if (!is_whole(format_, parts_[place]))
      old = fetch(format_, parts_[place].offset, slot.stored, store_);
    if (old.kind == Fetched::Kind::kUnusable) return false;
    window_.start(job, [this, place, &slot, stored = old.stored] {
      const ChunkPart& part = parts_[place];
      const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
      encoded_[place] =
          encode_checked(gather(format_, part, memory_.base, memory, stored, slot), slot);
    });
    return true;
  }

  TransferEnd commit(std::size_t job) {
    const std::size_t place = job % window_.depth();
    if (!window_.wait(job) || size_is_ambiguous(format_, encoded_[place].size()))
      return TransferEnd::kGiveUp;
    return store_.write(parts_[place].offset, encoded_[place]) ? TransferEnd::kDone
                                                               : TransferEnd::kStoreFailed;
  }

  const ChunkFormat& format_;
  const Box& box_;
  const MemoryBox<const std::byte>& memory_;
  ChunkStore& store_;
  std::vector<ChunkPart> parts_;
  std::vector<std::span<const std::byte>> encoded_;
  ChunkWindow window_;  // Last: its destructor waits for the jobs, which use all above.
};

/// The state of one read, chunk by chunk.
class ReadRun {
 public:
  ReadRun(const ChunkFormat& format, const Box& box, const MemoryBox<std::byte>& memory,
          const Workshop& workshop, std::size_t depth, ChunkStore& store)
      : format_(format),
        box_(box),
        memory_(memory),
        store_(store),
        parts_(depth),
        window_(workshop.slots, pool_for(box, format, workshop), depth, format.filters,
                workshop.mode) {}

  TransferEnd run() {
    ChunkParts all(box_, format_.chunk);
    std::size_t job = 0;
    for (;; ++job) {
      if (job >= window_.depth() && !window_.wait(job - window_.depth()))
        return TransferEnd::kGiveUp;
      if (!all.next(parts_[job % window_.depth()])) break;
      if (!fetch_and_start(job)) return TransferEnd::kGiveUp;
    }
    for (std::size_t last = job - std::min(job, window_.depth()); last < job; ++last) {
      if (!window_.wait(last)) return TransferEnd::kGiveUp;
    }
    return TransferEnd::kDone;
  }

 private:
  bool fetch_and_start(std::size_t job) {
    ChunkPart& part = parts_[job % window_.depth()];
    ChunkSlot& slot = window_.slot(job);
    const Fetched found = fetch(format_, part.offset, slot.stored, store_);
    if (found.kind != Fetched::Kind::kPresent) return false;
    window_.start(job, [this, &part, &slot, stored = found.stored] {
      const StridedBytes memory = memory_part(memory_.layout, box_, part.selected);
      if (!scatter(format_, part, memory_.base, memory, slot, stored))
        throw std::runtime_error("damaged chunk");
    });
    return true;
  }

  const ChunkFormat& format_;
  const Box& box_;
  const MemoryBox<std::byte>& memory_;
  ChunkStore& store_;
  std::vector<ChunkPart> parts_;
  ChunkWindow window_;  // Last: its destructor waits for the jobs, which use all above.
};

}  // namespace

std::uint64_t decoded_bytes(const ChunkFormat& format) {
  std::uint64_t bytes = format.element_bytes;
  for (const std::uint64_t length : format.chunk) bytes = saturating_product(bytes, length);
  return bytes;
}

TransferEnd write_chunks(const ChunkFormat& format, const Extent& extent, const Box& box,
                         const MemoryBox<const std::byte>& memory, const Workshop& workshop,
                         ChunkStore& store) {
  const std::size_t depth = window_depth(box, format, workshop);
  if (depth == 0 || !covers_its_chunks(box, format.chunk, extent)) return TransferEnd::kGiveUp;
  return WriteRun(format, box, memory, workshop, depth, store).run();
}

TransferEnd read_chunks(const ChunkFormat& format, const Box& box,
                        const MemoryBox<std::byte>& memory, const Workshop& workshop,
                        ChunkStore& store) {
  const std::size_t depth = window_depth(box, format, workshop);
  if (depth == 0) return TransferEnd::kGiveUp;
  return ReadRun(format, box, memory, workshop, depth, store).run();
}

}  // namespace h5pave
