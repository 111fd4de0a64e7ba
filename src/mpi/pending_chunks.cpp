#include "mpi/pending_chunks.h"

#include <algorithm>
#include <cstring>

#include "advisor/saturating.h"
#include "mpi/pieces.h"

namespace h5pave {

namespace {

/// Adds [first, last) to `intervals`, and joins what touches it.
void join(std::map<std::uint64_t, std::uint64_t>& intervals, std::uint64_t first,
          std::uint64_t last) {
  auto next = intervals.upper_bound(first);
  if (next != intervals.begin() && std::prev(next)->second >= first) {
    --next;
    first = next->first;
  }
  while (next != intervals.end() && next->first <= last) {
    last = std::max(last, next->second);
    next = intervals.erase(next);
  }
  intervals.emplace_hint(next, first, last);
}

/// Calls `visit(row, place)` for each row of a piece: its first element, counted row-major in the
/// chunk, and its place among the piece's elements.
template <typename Visit>
void for_each_row(const Box& box, const Extent& chunk, Visit&& visit) {
  const std::size_t rank = chunk.size();
  const std::uint64_t row = box.length[rank - 1];
  const std::uint64_t rows = element_count(box) / row;
  for (std::uint64_t number = 0; number < rows; ++number) {
    std::uint64_t left = number;
    std::uint64_t first = box.start[rank - 1];
    std::uint64_t stride = chunk[rank - 1];
    for (std::size_t dim = rank - 1; dim-- > 0;) {
      first += (box.start[dim] + left % box.length[dim]) * stride;
      left /= box.length[dim];
      stride *= chunk[dim];
    }
    visit(first, number * row);
  }
}

}  // namespace

PendingChunks::PendingChunks(const ChunkFormat& format, const Extent& extent)
    : format_(format), numbers_(extent, format.chunk), chunk_bytes_(decoded_bytes(format)) {}

std::uint64_t PendingChunks::bytes() const {
  return saturating_product(chunks_.size(), chunk_bytes_);
}

std::uint64_t PendingChunks::new_chunks(const WriteSource& source) const {
  const auto is_new = [this](const TouchedChunk& touched) {
    return !chunks_.contains(touched.number);
  };
  return static_cast<std::uint64_t>(
      std::count_if(source.touched().begin(), source.touched().end(), is_new));
}

bool PendingChunks::add(const WriteSource& source, std::uint64_t most_bytes) {
  const std::uint64_t wanted =
      saturating_sum(bytes(), saturating_product(new_chunks(source), chunk_bytes_));
  if (wanted > most_bytes) return false;
  std::vector<std::byte> message;
  for (const TouchedChunk& touched : source.touched()) {
    message.clear();
    source.pack(touched.number, message);
    Chunk& chunk = chunks_[touched.number];
    if (chunk.decoded == nullptr)
      chunk.decoded.reset(new std::byte[static_cast<std::size_t>(chunk_bytes_)]);
    PieceReader reader(message, format_.chunk.size(), format_.element_bytes);
    Piece piece;
    while (reader.next(piece)) {
      const std::uint64_t row = piece.box.length[format_.chunk.size() - 1];
      for_each_row(piece.box, format_.chunk, [&](std::uint64_t first, std::uint64_t place) {
        add_row(chunk, first, row, piece.elements.data() + place * format_.element_bytes);
      });
    }
  }
  return true;
}

void PendingChunks::add_row(Chunk& chunk, std::uint64_t first, std::uint64_t count,
                            const std::byte* elements) {
  std::memcpy(chunk.decoded.get() + first * format_.element_bytes, elements,
              static_cast<std::size_t>(count) * format_.element_bytes);
  join(chunk.written, first, first + count);
}

void PendingChunks::find(std::uint64_t first, std::uint64_t count,
                         std::vector<Held>& held) const {
  while (count > 0) {
    const ChunkRow row = numbers_.row(first, count);
    if (const auto known = chunks_.find(row.number); known != chunks_.end()) {
      const Chunk& chunk = known->second;
      auto next = chunk.written.upper_bound(row.inside);
      if (next != chunk.written.begin()) --next;
      for (; next != chunk.written.end() && next->first < row.inside + row.count; ++next) {
        const std::uint64_t from = std::max(next->first, row.inside);
        const std::uint64_t to = std::min(next->second, row.inside + row.count);
        if (from < to)
          held.push_back({first + (from - row.inside), to - from,
                          chunk.decoded.get() + from * format_.element_bytes});
      }
    }
    first += row.count;
    count -= row.count;
  }
}

void PendingChunks::finish() {
  touched_.clear();
  for (const auto& [number, chunk] : chunks_) {
    std::uint64_t elements = 0;
    for (const auto& [first, last] : chunk.written) elements += last - first;
    if (elements > 0) touched_.push_back({number, elements * format_.element_bytes});
  }
}

std::span<const std::byte> PendingChunks::whole(std::uint64_t number) const {
  const Chunk& chunk = chunks_.at(number);
  const bool is_whole = chunk.written.size() == 1 && chunk.written.begin()->first == 0 &&
                        chunk.written.begin()->second == chunk_elements(format_);
  if (!is_whole) return {};
  return {chunk.decoded.get(), static_cast<std::size_t>(chunk_bytes_)};
}

void PendingChunks::copy_into(std::uint64_t number, std::span<std::byte> chunk) const {
  const Chunk& held = chunks_.at(number);
  for (const auto& [first, last] : held.written)
    std::memcpy(chunk.data() + first * format_.element_bytes,
                held.decoded.get() + first * format_.element_bytes,
                static_cast<std::size_t>(last - first) * format_.element_bytes);
}

void PendingChunks::pack(std::uint64_t number, std::vector<std::byte>& message) const {
  const Chunk& held = chunks_.at(number);
  const std::uint64_t row = format_.chunk[format_.chunk.size() - 1];
  for (const auto& [first, last] : held.written) {
    for (std::uint64_t next = first; next < last;) {
      const std::uint64_t count = std::min(last - next, row - next % row);
      const std::span<std::byte> place =
          add_row_piece(message, number, format_.chunk, next, count, format_.element_bytes);
      std::memcpy(place.data(), held.decoded.get() + next * format_.element_bytes, place.size());
      next += count;
    }
  }
}

}  // namespace h5pave
