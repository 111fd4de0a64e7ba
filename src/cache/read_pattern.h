// Finds out that a program reads box after box at equal steps, and which chunks come next.
//
// Called by the plugin for each read. Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan/box.h"

namespace h5pave {

class ReadPattern {
 public:
  /// Takes note that `box` is read. Once the same step was seen twice: the offsets of the chunks
  /// that the next boxes touch and no box before, nearest first, at most `most_chunks`; chunks
  /// already told of are left out. Requires the rank of former boxes, 0 < box length, box inside
  /// `extent`.
  std::vector<Extent> after(const Box& box, const Extent& extent, const Extent& chunk,
                            std::size_t most_chunks);

 private:
  bool continues(const Box& box);

  Box last_;
  std::size_t step_dim_ = 0;
  std::int64_t step_ = 0;
  unsigned repeats_ = 0;          ///< How often the same step was seen in a row.
  std::int64_t told_until_ = -1;  ///< Chunk coordinate along step_dim_.
};

}  // namespace h5pave
