// What an encoder says it has written, for a proof that is faster for knowing where to look.
// Nothing in it is believed: see stream_check.h. Filled by the encoders of blocks that are made of
// sequences, read by the check of the stream. Thread rule: plain data.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "encode/sequences.h"

namespace h5pave {

struct StreamTrace {
  /// The sequences of a block whose content begins at `content_begin` of the whole.
  struct Block {
    std::size_t content_begin;
    std::size_t sequence_begin;
    std::size_t sequence_end;
  };

  Sequences sequences;
  std::vector<Block> blocks;  ///< In the order of the stream; others may lie between.
  /// Of the content, in blocks of somebody else that may have copies at free distances.
  std::size_t untraced_bytes = 0;

  void clear() {
    sequences.clear();
    blocks.clear();
    untraced_bytes = 0;
  }
  std::span<const Sequence> of(const Block& block) const {
    return std::span(sequences).subspan(block.sequence_begin,
                                        block.sequence_end - block.sequence_begin);
  }
};

}  // namespace h5pave
