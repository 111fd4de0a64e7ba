// Encodes a stretch of input with repeats at one distance and Huffman codes fitted to each part of
// it. Several times as fast as a search for matches, and smaller where matches are accidents: noisy
// and nearly constant byte planes. Called by the zlib stream writer. Thread rule: one object, one
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "encode/block_encoder.h"
#include "encode/stream_trace.h"

namespace h5pave {

/// Bytes [begin, end) of the whole input.
struct Stretch {
  std::size_t begin;
  std::size_t end;
  std::size_t bytes() const { return end - begin; }
};

class RepeatEncoder {
 public:
  /// Writes blocks for `stretch` of `input` and appends them to `trace`; block_bound() says the
  /// room.
  void encode(std::span<const std::byte> input, Stretch stretch, std::size_t distance,
              LastBlock last, BitWriter& out, StreamTrace& trace);

  /// About how many bytes encode() would write for a short stretch.
  std::size_t estimate(std::span<const std::byte> input, Stretch stretch, std::size_t distance);

 private:
  // A block that is still growing.
  struct Block {
    Stretch stretch{};
    std::size_t sequence_begin = 0;
    SymbolCounts counts{};
    double bits = 0;
  };
  static void close(std::span<const std::byte> input, const Block& block, std::size_t sequence_end,
                    LastBlock last, BitWriter& out, StreamTrace& trace);

  Sequences sequences_;  // Of an estimate.
};

}  // namespace h5pave
