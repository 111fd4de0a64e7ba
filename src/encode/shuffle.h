// The byte shuffle of HDF5 (filter 2): byte j of every element goes to plane j. Bytes after the
// last whole element stay as they are, at the end; fewer than two elements or one-byte elements
// stay unchanged. Called by the codec. Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <span>

namespace h5pave {

/// Requires element_bytes > 0, equal sizes and no overlap.
void shuffle(std::span<const std::byte> elements, std::size_t element_bytes,
             std::span<std::byte> planes);

/// The inverse of shuffle().
void unshuffle(std::span<const std::byte> planes, std::size_t element_bytes,
               std::span<std::byte> elements);

/// True when unshuffle() would make `elements` of `planes`, without room for them. Requires
/// element_bytes > 0 and equal sizes.
bool is_shuffle_of(std::span<const std::byte> elements, std::size_t element_bytes,
                   std::span<const std::byte> planes);

}  // namespace h5pave
