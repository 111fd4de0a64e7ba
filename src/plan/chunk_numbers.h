// Chunks by number: row-major in the grid of an extent's chunks, and elements by number likewise.
//
// Called by whatever takes selections apart run by run. Thread rule: values.
#pragma once

#include <cstdint>

#include "plan/extent.h"

namespace h5pave {

/// Elements that follow each other in a row of one chunk.
struct ChunkRow {
  std::uint64_t number;  ///< Of the chunk.
  std::uint64_t inside;  ///< The first element, counted row-major in the chunk.
  std::uint64_t count;
};

/// Numbers the chunks of an extent row-major.
class ChunkNumbers {
 public:
  /// Requires equal ranks ≥ 1 and positive lengths.
  ChunkNumbers(const Extent& extent, const Extent& chunk);

  /// As many of `most` elements from `element` on, counted row-major in the extent, as lie in one
  /// row of one chunk. Requires most > 0 and elements inside the extent.
  ChunkRow row(std::uint64_t element, std::uint64_t most) const;

  std::uint64_t number(const Extent& offset) const;

  /// First element of a chunk.
  Extent offset(std::uint64_t number) const;

  /// The same into `offset`, which has the right rank. Never throws.
  void put_offset(std::uint64_t number, Extent& offset) const noexcept;

 private:
  Extent extent_;
  Extent counts_;
  Extent chunk_;
};

}  // namespace h5pave
