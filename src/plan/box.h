// Boxes in index space: the selections that the chunk writer handles, and the chunks they touch.
// Definitions: a dataset of rank r has extent E and chunk lengths c; chunk k (a coordinate vector)
// covers [k·c, (k+1)·c); a box is a start s and lengths n > 0 with s + n ≤ E.
//
// Called by the chunk writer and reader. Thread rule: values.
#pragma once

#include "plan/extent.h"

namespace h5pave {

/// start and length per dimension, in elements.
struct Box {
  Extent start;
  Extent length;
};

/// Product of the lengths; saturates.
std::uint64_t element_count(const Box& box);

/// What of one chunk a box selects.
struct ChunkPart {
  Extent offset;  ///< First element of the chunk in the dataset: what H5Dwrite_chunk wants.
  Box selected;   ///< The selected elements, in dataset coordinates; inside chunk and extent.
};

/// Cuts a box into its parts per chunk, in row-major chunk order, one at a time.
class ChunkParts {
 public:
  /// Requires equal ranks ≥ 1 and positive lengths.
  ChunkParts(Box box, Extent chunk);

  /// How many parts there are; saturates.
  std::uint64_t count() const;

  /// The next part; false after the last.
  bool next(ChunkPart& part);

 private:
  Box box_;
  Extent chunk_;
  Extent first_;    ///< First chunk coordinate per dimension.
  Extent last_;     ///< Last chunk coordinate per dimension.
  Extent current_;  ///< The chunk that next() returns.
  bool done_ = false;
};

/// True when `box` selects, of every chunk that it touches, all that lies inside `extent`.
bool covers_its_chunks(const Box& box, const Extent& chunk, const Extent& extent);

}  // namespace h5pave
