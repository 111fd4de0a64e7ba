#include "mpi/round_encoder.h"

#include <algorithm>
#include <stdexcept>

#include "advisor/saturating.h"
#include "transfer/part_layout.h"
#include "transfer/transfer_depth.h"

namespace h5pave {

std::uint64_t most_encoded_bytes(const ChunkFormat& format) {
  // Deflate's stored blocks add 5 bytes to at most 65,535, a second deflate and checksums little.
  const std::uint64_t raw = decoded_bytes(format);
  return saturating_sum(raw, raw / 64 + 1024);
}

RoundEncoder::RoundEncoder(const RoundSetting& setting, const Messages& pieces)
    : setting_(setting) {
  for (std::size_t from = 0; from < pieces.size(); ++from) {
    PieceReader reader(pieces[from], setting.format.chunk.size(), setting.format.element_bytes);
    Piece piece;
    while (reader.next(piece))
      pieces_.emplace(piece.chunk_number, ForeignPiece{static_cast<int>(from), piece});
  }
}

bool RoundEncoder::run(std::span<const PlannedChunk> owned) {
  if (owned.empty()) return true;
  owned_ = owned;
  encoded_.resize(owned.size());
  room_ = setting_.room.get(owned.size() *
                            static_cast<std::size_t>(most_encoded_bytes(setting_.format)));
  const std::size_t batch_size = chunks_in_a_batch(setting_.format);
  const std::size_t jobs = (owned.size() - 1) / batch_size + 1;
  const std::size_t depth =
      std::min(jobs, std::max<std::size_t>(jobs_at_a_time(setting_.format, setting_.workshop), 1));
  std::vector<Batch> batches(depth);
  Workshop workshop = setting_.workshop;
  if (depth == 1) workshop.pool = nullptr;
  ChunkWindow window(workshop, depth, setting_.format);
  bool all_well = true;
  for (std::size_t job = 0; job < jobs + depth; ++job) {
    if (job >= depth) all_well = window.wait(job - depth) && all_well;
    if (job >= jobs || !all_well) continue;
    Batch& batch = batches[job % depth];
    batch.resize(std::min(batch_size, owned.size() - job * batch_size));
    all_well = start(job, batch, job * batch_size, window);
  }
  return all_well;
}

bool RoundEncoder::start(std::size_t job, Batch& batch, std::size_t first, ChunkWindow& window) {
  for (Chunk& chunk : batch) {
    chunk.index = first++;
    chunk.old = {Fetched::Kind::kAbsent, {}};
    const PlannedChunk& planned = owned_[chunk.index];
    if (!is_replaced(planned))
      chunk.old = fetch(setting_.format, setting_.numbers.offset(planned.number), chunk.buffer,
                        setting_.store);
    if (chunk.old.kind == Fetched::Kind::kUnusable) {
      damaged_ = planned.number;
      return false;
    }
  }
  window.start(job, [this, &batch, &slot = window.slot(job)] {
    for (const Chunk& chunk : batch) encode(chunk, slot);
  });
  return true;
}

std::optional<std::uint64_t> RoundEncoder::damaged_chunk() const {
  const std::uint64_t number = damaged_;
  return number == kNone ? std::nullopt : std::optional(number);
}

/// True when nothing of the old chunk stays, not even what lies outside the extent: a later growth
/// may show it.
bool RoundEncoder::is_replaced(const PlannedChunk& chunk) const {
  return chunk.writers == 1 && chunk.bytes == decoded_bytes(setting_.format);
}

void RoundEncoder::encode(const Chunk& chunk, ChunkSlot& slot) {
  const std::span<const std::byte> encoded =
      encode_checked(gather(owned_[chunk.index], chunk.old, slot), slot);
  const std::size_t place = room_used_.fetch_add(encoded.size());
  if (place + encoded.size() > room_.size()) throw std::runtime_error("chunks grew");
  std::copy(encoded.begin(), encoded.end(), room_.begin() + static_cast<std::ptrdiff_t>(place));
  encoded_[chunk.index] = room_.subspan(place, encoded.size());
}

std::span<const std::byte> RoundEncoder::gather(const PlannedChunk& chunk, const Fetched& old,
                                                ChunkSlot& slot) const {
  const ChunkFormat& format = setting_.format;
  const std::span<const std::byte> whole = setting_.source.whole(chunk.number);
  if (chunk.writers == 1 && !whole.empty()) return whole;
  const std::span<std::byte> raw = slot.raw.get(static_cast<std::size_t>(decoded_bytes(format)));
  if (old.kind == Fetched::Kind::kPresent) {
    if (!decode(old, raw, slot)) {
      damaged_ = chunk.number;
      throw std::runtime_error("damaged chunk");
    }
  } else if (!is_replaced(chunk)) {
    fill_with(raw, format.fill);
  }
  // Where selections overlap, which stock HDF5 leaves open, the highest rank wins.
  const auto [first, last] = pieces_.equal_range(chunk.number);
  auto next = first;
  for (; next != last && next->second.from < setting_.rank; ++next) apply(next->second.piece, raw);
  setting_.source.copy_into(chunk.number, raw);
  for (; next != last; ++next) apply(next->second.piece, raw);
  return raw;
}

void RoundEncoder::apply(const Piece& piece, std::span<std::byte> chunk) const {
  const ChunkFormat& format = setting_.format;
  for (std::size_t dim = 0; dim < format.chunk.size(); ++dim) {
    const std::uint64_t length = piece.box.length[dim];
    if (length > format.chunk[dim] || piece.box.start[dim] > format.chunk[dim] - length)
      throw std::runtime_error("a piece of another rank lies outside its chunk");
  }
  const Extent zero(format.chunk.size(), 0);
  copy_box(piece.elements.data(), dense_layout(piece.box.length, format.element_bytes),
           chunk.data(), chunk_part(format, {zero, piece.box}), piece.box.length,
           format.element_bytes);
}

}  // namespace h5pave
