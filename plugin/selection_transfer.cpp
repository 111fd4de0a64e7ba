#include "selection_transfer.h"

#include <algorithm>
#include <cstring>

#include "advisor/saturating.h"
#include "plan/chunk_numbers.h"
#include "selection_runs.h"
#include "transfer/part_layout.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kBatchElements = 32768;
constexpr std::uint64_t kBatchBytes = std::uint64_t{1} << 22U;

/// Adjacent elements inside one chunk, and inside one batch of packed elements.
struct Piece {
  std::uint64_t chunk_number;  ///< Row-major in the grid of the extent's chunks.
  std::size_t chunk_byte;
  std::size_t packed_byte;
  std::size_t bytes;
};

/// Cuts runs of dataset elements at chunk borders.
class ChunkGrid {
 public:
  ChunkGrid(const ChunkFormat& format, const Extent& extent)
      : format_(format), numbers_(extent, format.chunk) {}

  void cut(const std::vector<ElementRun>& runs, std::vector<Piece>& pieces) const {
    pieces.clear();
    std::size_t packed_byte = 0;
    for (const ElementRun& run : runs) {
      std::uint64_t element = run.first_byte / format_.element_bytes;
      for (std::uint64_t left = run.bytes / format_.element_bytes; left > 0;) {
        const ChunkRow row = numbers_.row(element, left);
        const std::size_t bytes = static_cast<std::size_t>(row.count) * format_.element_bytes;
        pieces.push_back({row.number, static_cast<std::size_t>(row.inside) * format_.element_bytes,
                          packed_byte, bytes});
        packed_byte += bytes;
        element += row.count;
        left -= row.count;
      }
    }
  }

  Extent offset(std::uint64_t chunk_number) const { return numbers_.offset(chunk_number); }

 private:
  const ChunkFormat& format_;
  const ChunkNumbers numbers_;
};

/// The state that writing and reading have in common: batch by batch, the runs in memory, the
/// pieces in chunks, and a buffer of packed elements between them.
class SelectionTransfer : public EndableTransfer {
 public:
  SelectionTransfer(const TransferTarget& target, const SelectionPair& pair)
      : target_(target),
        pair_(pair),
        grid_(target.format, target.extent),
        memory_runs_(pair.memory_space, pair.memory_element_bytes),
        file_runs_(pair.file_space, target.format.element_bytes) {}

 protected:
  /// Looks the next batch up; the number of its elements, 0 at the end.
  std::size_t next_batch() {
    const std::size_t room = std::max(pair_.memory_element_bytes, target_.format.element_bytes);
    const std::uint64_t most = std::clamp<std::uint64_t>(kBatchBytes / room, 1, kBatchElements);
    const auto count = static_cast<std::size_t>(std::min(pair_.elements - done_, most));
    if (count == 0) return 0;
    done_ += count;
    memory_runs_.next(count, in_memory_);
    file_runs_.next(count, in_file_);
    grid_.cut(in_file_, pieces_);
    packed_ = packed_buffer_.get(count * room).data();
    if (needs_background())
      background_ = background_buffer_.get(count * target_.converter->to_bytes()).data();
    ahead_ = 0;
    return count;
  }

  bool needs_background() const {
    return target_.converter != nullptr && target_.converter->needs_background();
  }

  /// Has the chunks of the pieces from `place` on decoded in the background.
  void look_ahead(std::size_t place) {
    constexpr std::size_t kPiecesAhead = 4096;
    const std::size_t end = std::min(pieces_.size(), place + kPiecesAhead);
    const std::size_t depth = jobs_at_a_time(target_.format, target_.access.workshop);
    if (place >= ahead_) ahead_chunks_ = 0;
    for (ahead_ = std::max(ahead_, place); ahead_ < end && ahead_chunks_ < depth; ++ahead_) {
      const bool again =
          ahead_ > 0 && pieces_[ahead_].chunk_number == pieces_[ahead_ - 1].chunk_number;
      if (again) continue;
      target_.cache.prefetch(grid_.offset(pieces_[ahead_].chunk_number), target_.access);
      ++ahead_chunks_;
    }
  }

  /// Calls `move(offset, first, last)` for each group of neighbouring pieces in one chunk.
  template <typename Move>
  bool for_each_chunk(Move&& move) {
    for (std::size_t first = 0; first < pieces_.size();) {
      std::size_t last = first;
      while (last < pieces_.size() && pieces_[last].chunk_number == pieces_[first].chunk_number)
        ++last;
      look_ahead(first);
      if (ahead_chunks_ > 0) --ahead_chunks_;
      if (!move(grid_.offset(pieces_[first].chunk_number), first, last)) return false;
      first = last;
    }
    return true;
  }

  std::uint64_t elements_of(std::size_t first, std::size_t last) const {
    std::uint64_t bytes = 0;
    for (std::size_t i = first; i < last; ++i) bytes += pieces_[i].bytes;
    return bytes / target_.format.element_bytes;
  }

  const TransferTarget& target_;
  const SelectionPair& pair_;
  std::vector<ElementRun> in_memory_;
  std::vector<Piece> pieces_;
  std::byte* packed_ = nullptr;
  std::byte* background_ = nullptr;

 private:
  ChunkGrid grid_;
  SelectionRuns memory_runs_;
  SelectionRuns file_runs_;
  std::vector<ElementRun> in_file_;
  ByteBuffer packed_buffer_;
  ByteBuffer background_buffer_;
  std::uint64_t done_ = 0;
  std::size_t ahead_ = 0;         ///< First piece that was not looked at ahead of time.
  std::size_t ahead_chunks_ = 0;  ///< Chunks that were.
};

class SelectionWrite : public SelectionTransfer {
 public:
  SelectionWrite(const TransferTarget& target, const SelectionPair& pair, const std::byte* memory)
      : SelectionTransfer(target, pair), memory_(memory) {}

  TransferEnd run() {
    while (const std::size_t count = next_batch()) {
      std::byte* to = packed_;
      for (const ElementRun& run : in_memory_) {
        std::memcpy(to, memory_ + run.first_byte, run.bytes);
        to += run.bytes;
      }
      if (!convert(count) || !store()) break;
    }
    return end_;
  }

 private:
  bool convert(std::size_t count) {
    if (target_.converter == nullptr) return true;
    if (needs_background() && !load_background()) return false;
    return target_.converter->convert(count, packed_, background_) || fail();
  }

  bool load_background() {
    return for_each_chunk([this](const Extent& offset, std::size_t first, std::size_t last) {
      const Lookup found = target_.cache.load_to_write(offset, target_.access);
      if (found.chunk == nullptr) return give_up(found.native_reason);
      for (std::size_t i = first; i < last; ++i)
        std::memcpy(background_ + pieces_[i].packed_byte,
                    found.chunk->raw.data() + pieces_[i].chunk_byte, pieces_[i].bytes);
      return true;
    });
  }

  bool store() {
    return for_each_chunk([this](const Extent& offset, std::size_t first, std::size_t last) {
      const Lookup found = target_.cache.load_to_write(offset, target_.access);
      if (found.chunk == nullptr) return give_up(found.native_reason);
      for (std::size_t i = first; i < last; ++i)
        std::memcpy(found.chunk->raw.data() + pieces_[i].chunk_byte,
                    packed_ + pieces_[i].packed_byte, pieces_[i].bytes);
      return target_.cache.wrote(*found.chunk, elements_of(first, last),
                                 elements_inside(target_.format, offset, target_.extent),
                                 target_.access) ||
             fail();
    });
  }

  const std::byte* const memory_;
};

class SelectionRead : public SelectionTransfer {
 public:
  SelectionRead(const TransferTarget& target, const SelectionPair& pair, std::byte* memory)
      : SelectionTransfer(target, pair), memory_(memory) {}

  TransferEnd run() {
    while (const std::size_t count = next_batch()) {
      if (!load() || !convert(count)) break;
      const std::byte* from = packed_;
      for (const ElementRun& run : in_memory_) {
        std::memcpy(memory_ + run.first_byte, from, run.bytes);
        from += run.bytes;
      }
    }
    return end_;
  }

 private:
  bool load() {
    return for_each_chunk([this](const Extent& offset, std::size_t first, std::size_t last) {
      const Lookup found = target_.cache.load_to_read(offset, target_.access);
      if (found.is_absent) return fill(first, last);
      if (found.chunk == nullptr) return give_up(found.native_reason);
      for (std::size_t i = first; i < last; ++i)
        std::memcpy(packed_ + pieces_[i].packed_byte,
                    found.chunk->raw.data() + pieces_[i].chunk_byte, pieces_[i].bytes);
      target_.cache.was_read(*found.chunk, elements_of(first, last));
      return true;
    });
  }

  bool fill(std::size_t first, std::size_t last) {
    if (!target_.format.absent_reads_fill) return give_up("absent_chunk_without_fill");
    for (std::size_t i = first; i < last; ++i)
      fill_with({packed_ + pieces_[i].packed_byte, pieces_[i].bytes}, target_.format.fill);
    return true;
  }

  bool convert(std::size_t count) {
    if (target_.converter == nullptr) return true;
    if (needs_background()) {
      std::byte* to = background_;
      for (const ElementRun& run : in_memory_) {
        std::memcpy(to, memory_ + run.first_byte, run.bytes);
        to += run.bytes;
      }
    }
    return target_.converter->convert(count, packed_, background_) || fail();
  }

  std::byte* const memory_;
};

bool is_possible(const TransferTarget& target) {
  return jobs_at_a_time(target.format, target.access.workshop) > 0;
}

}  // namespace

TransferEnd write_selection(const TransferTarget& target, const SelectionPair& pair,
                            const std::byte* memory) {
  if (!is_possible(target)) return {TransferEnd::Kind::kGiveUp, "memory_budget", 0};
  return SelectionWrite(target, pair, memory).run();
}

TransferEnd read_selection(const TransferTarget& target, const SelectionPair& pair,
                           std::byte* memory) {
  if (!is_possible(target)) return {TransferEnd::Kind::kGiveUp, "memory_budget", 0};
  return SelectionRead(target, pair, memory).run();
}

}  // namespace h5pave
