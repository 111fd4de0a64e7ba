// Who encodes which chunk of one collective write, and in which order all ranks give the chunks
// their places in the file. Every rank computes the same plan from the same numbers.
//
// Called by the collective writer. Thread rule: values.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace h5pave {

/// What one rank writes of one chunk. Chunks are numbered row-major in the grid of the extent's
/// chunks.
struct TouchedChunk {
  std::uint64_t number;
  std::uint64_t bytes;  ///< > 0
};

struct PlannedChunk {
  std::uint64_t number;
  std::uint64_t bytes;  ///< Of all ranks; elements that several ranks write count several times.
  int owner;            ///< The rank that encodes it: most bytes, then the lowest rank.
  int writers;          ///< Ranks that write some of it.
  std::size_t round;    ///< Rounds bound the encoded bytes that a rank holds at a time.
};

class WritePlan {
 public:
  /// `touched` holds counts[r] chunks of rank r, in rank order, each rank's numbers ascending.
  /// `chunks_per_round` ≥ 1: how many a rank can encode before they are placed.
  WritePlan(std::span<const TouchedChunk> touched, std::span<const std::uint64_t> counts,
            std::uint64_t chunks_per_round);

  std::size_t rounds() const { return round_starts_.size() - 1; }

  /// The chunks of a round by owner, then by number: the order in which they get their places, so
  /// that what one rank places lies together.
  std::span<const PlannedChunk> round(std::size_t round) const;

  /// The plan for a chunk that some rank touches.
  const PlannedChunk& chunk(std::uint64_t number) const;

  /// True when rank `from` writes some of a chunk that `owner` encodes in that round.
  bool sends(std::size_t round, int from, int owner) const;

  /// True when some chunk of that round is written by several ranks.
  bool is_shared(std::size_t round) const;

 private:
  struct Message {
    std::size_t round;
    int from;
    int owner;
    friend auto operator<=>(const Message&, const Message&) = default;
  };

  std::vector<PlannedChunk> chunks_;                              ///< By round, owner, number.
  std::vector<std::size_t> round_starts_;                         ///< Into chunks_, with its end.
  std::vector<std::pair<std::uint64_t, std::size_t>> by_number_;  ///< Places in chunks_.
  std::set<Message> messages_;
};

}  // namespace h5pave
