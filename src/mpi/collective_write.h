// One collective write of a chunked, filtered dataset: every rank encodes its own chunks, a chunk
// that several ranks write goes to one of them; all ranks give all chunks their places in the same
// order; each rank writes its own bytes.
//
// Called by the plugin. Thread rule: the thread that called HDF5. All ranks call it with the same
// dataset; whatever one of them lacks, all of them leave it with the same result.
#pragma once

#include <cstdint>

#include "commit/chunk_format.h"
#include "mpi/communicator.h"
#include "mpi/shared_store.h"
#include "mpi/unplaced_chunks.h"
#include "mpi/write_source.h"

namespace h5pave {

/// What a rank says before the ranks write together. The largest value of all ranks counts.
/// kJoin: write together; kFail: the call must fail on all ranks; others: the caller's reasons for
/// native HDF5.
using Verdict = std::int64_t;
inline constexpr Verdict kJoin = 0;
inline constexpr Verdict kOutOfMemory = 1;
inline constexpr Verdict kChunkNeedsNative = 2;
inline constexpr Verdict kRanksDiffer = 3;  ///< In the dataset that they write, or its extent.
/// A chunk that is written in part only cannot be read or decoded: native HDF5 can hardly do it
/// either, and when it fails on one rank the others wait for ever.
inline constexpr Verdict kDamagedChunk = 4;
inline constexpr Verdict kFirstOwnReason = 16;
inline constexpr Verdict kFail = std::int64_t{1} << 32;

/// What the ranks tell each other before the first chunk.
struct Opening {
  Verdict verdict = kJoin;
  std::uint64_t fingerprint = 0;  ///< Of what must be the same on all ranks.
  bool may_meet_masks =
      false;  ///< Stored chunks may have filter masks, which a rewrite must reset.
};

struct CollectiveEnd {
  enum class Kind {
    kDone,
    kNative,      ///< All ranks must run the call on native HDF5; writing all of it again is right.
    kFailed,      ///< The call must fail on all ranks; no chunk has changed.
    kIncomplete,  ///< The same, but chunks of this call may have changed, and some lack their
                  ///< content: those are among the unplaced chunks of their ranks.
    kPoisoned,    ///< The same, and the ranks' view of the file may differ: no more calls on it.
  };
  Kind kind = Kind::kDone;
  Verdict verdict = kJoin;   ///< The largest one; for kNative and kFailed.
  std::uint64_t chunks = 0;  ///< Chunks that this rank encoded.
  bool has_placed = false;   ///< Chunks got other places, if only those of the first rounds.
  Extent damaged_chunk = {};  ///< For kDamagedChunk: the offset of one, the same on all ranks.
};

/// An opening as it is sent.
struct OpeningRecord {
  Verdict verdict;
  std::uint64_t fingerprint;
  std::uint64_t may_meet_masks;
  std::uint64_t touched_chunks;
  std::uint64_t chunks_per_round;  ///< As many as this rank's memory allows.
};

/// What the write works with.
struct CollectiveSetting {
  Communicator& ranks;
  std::vector<OpeningRecord>& openings;  ///< One per rank, for any content.
  SharedStore& store;
  const ChunkFormat& format;
  const ChunkNumbers& numbers;
  Workshop workshop;
  ByteBuffer& room;          ///< For encoded chunks.
  ByteBuffer& staging;       ///< For what is written at once.
  UnplacedChunks& unplaced;  ///< Of the dataset.
};

/// `setting` and `source`, what this rank writes, are used by ranks that want to join.
CollectiveEnd write_collectively(const CollectiveSetting& setting, const Opening& opening,
                                 const WriteSource& source);  // collective

/// The part of a rank that cannot join, and perhaps has no memory for a setting.
CollectiveEnd refuse_to_write(Communicator& ranks, std::vector<OpeningRecord>& openings,
                              Verdict verdict);  // collective

}  // namespace h5pave
