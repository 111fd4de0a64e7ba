// Copies boxes of elements between a chunk and the program's buffer.
//
// Called by workers. Thread rule: pure functions; source and target must not overlap.
#pragma once

#include <cstddef>

#include "plan/extent.h"

namespace h5pave {

/// Where the elements of a box lie in memory: a first byte and a byte distance per dimension.
struct StridedBytes {
  std::ptrdiff_t first = 0;               ///< Byte offset of element (0, …, 0).
  PerDimension<std::ptrdiff_t> distance;  ///< Bytes from one element to the next.
};

/// The layout of a dense row-major array of `extent` elements.
StridedBytes dense_layout(const Extent& extent, std::size_t element_bytes);

/// Copies a box of `length` elements. `source` and `target` are the base addresses to which the
/// layouts' byte offsets apply. Rows that are dense in both are copied at once.
void copy_box(const std::byte* source, const StridedBytes& from, std::byte* target,
              const StridedBytes& to, const Extent& length,
              std::size_t element_bytes);

}  // namespace h5pave
