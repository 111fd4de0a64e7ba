// Encodes the chunks that this rank owns in one round of a collective write: its own elements, the
// pieces of other ranks and, where something is left out, the old chunk.
//
// Called by the collective writer. Thread rule: the thread that called HDF5; the chunks are encoded
// by the workers.
#pragma once

#include <atomic>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "commit/chunk_format.h"
#include "commit/chunk_store.h"
#include "commit/chunk_window.h"
#include "commit/stored_chunk.h"
#include "mpi/communicator.h"
#include "mpi/pieces.h"
#include "mpi/write_source.h"

namespace h5pave {

/// What does not change between the rounds of a write.
struct RoundSetting {
  const ChunkFormat& format;
  const ChunkNumbers& numbers;
  const WriteSource& source;
  ChunkStore& store;
  Workshop workshop;
  int rank;
  ByteBuffer& room;  ///< For the encoded chunks of a round.
};

class RoundEncoder {
 public:
  /// `pieces[r]` came from rank r.
  RoundEncoder(const RoundSetting& setting, const Messages& pieces);

  /// Encodes `owned`, all chunks of this rank in this round. False when a chunk could not be read,
  /// decoded or encoded. Throws std::bad_alloc and std::runtime_error.
  bool run(std::span<const PlannedChunk> owned);

  /// After run() returned false: the number of a stored chunk that could not be read or decoded, if
  /// that was it.
  std::optional<std::uint64_t> damaged_chunk() const;

  /// After run(): the stored chunks, in the order of `owned`; valid while the room is.
  const std::vector<std::span<const std::byte>>& encoded() const { return encoded_; }

 private:
  struct ForeignPiece {
    int from;
    Piece piece;
  };
  struct Chunk {
    std::size_t index = 0;  ///< In `owned`.
    Fetched old{Fetched::Kind::kAbsent, {}};
    ByteBuffer buffer;  ///< Of the old chunk.
  };
  using Batch = std::vector<Chunk>;

  bool start(std::size_t job, Batch& batch, std::size_t first, ChunkWindow& window);
  bool is_replaced(const PlannedChunk& chunk) const;
  void encode(const Chunk& chunk, ChunkSlot& slot);
  std::span<const std::byte> gather(const PlannedChunk& chunk, const Fetched& old,
                                    ChunkSlot& slot) const;
  void apply(const Piece& piece, std::span<std::byte> chunk) const;

  const RoundSetting& setting_;
  std::multimap<std::uint64_t, ForeignPiece> pieces_;  ///< By chunk number, then by rank.
  std::span<const PlannedChunk> owned_;
  std::span<std::byte> room_;
  std::atomic<std::size_t> room_used_{0};
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  mutable std::atomic<std::uint64_t> damaged_{kNone};
  std::vector<std::span<const std::byte>> encoded_;
};

/// Bytes that the largest encoded chunk of this format may have.
std::uint64_t most_encoded_bytes(const ChunkFormat& format);

}  // namespace h5pave
