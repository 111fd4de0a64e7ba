// How many chunks a dataset can have and how many bytes its index takes. Formulas: HDF5 file format
// specification, "Fixed Array Index" and "Extensible Array Index"; constants from FORMAT notes in
// docs/format.md. Called by index_rules and the h5pave command. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace h5pave {

/// Stands for H5S_UNLIMITED in a maximum extent.
inline constexpr std::uint64_t kUnlimited = ~std::uint64_t{0};

/// Extents in elements, chunk in elements, one entry per dimension (rank 1 to 32, all equal).
struct ChunkedShape {
  std::vector<std::uint64_t> extent;
  std::vector<std::uint64_t> max_extent;  ///< kUnlimited where the dimension has no limit.
  std::vector<std::uint64_t> chunk;       ///< Each > 0.
  std::uint64_t element_bytes = 0;
};

/// Number of dimensions without a limit.
unsigned unlimited_count(const ChunkedShape& shape);

/// True when current = maximum = chunk in every dimension.
bool is_one_chunk(const ChunkedShape& shape);

/// Bytes of one decoded chunk; saturates.
std::uint64_t chunk_bytes(const ChunkedShape& shape);

/// Chunks that cover the current extent; saturates.
std::uint64_t current_chunks(const ChunkedShape& shape);

/// Chunks that cover the bounded dimensions at their maximum, the unlimited ones left out.
std::uint64_t bounded_max_chunks(const ChunkedShape& shape);

/// Chunks that cover the bounded dimensions at their current extent; 0 when one of them is empty.
std::uint64_t bounded_current_chunks(const ChunkedShape& shape);

/// Chunks along the one unlimited dimension at the current extent (at least 1). Requires
/// unlimited_count(shape) == 1.
std::uint64_t unlimited_current_chunks(const ChunkedShape& shape);

/// Fixed and Extensible Arrays number chunks in 32 bits.
inline constexpr std::uint64_t kMaxArraySlots = std::uint64_t{1} << 32;

/// The highest extent of one dimension, in elements.
struct ExtentLimit {
  std::size_t dimension = 0;
  std::uint64_t length = kUnlimited;
};

/// How far a dataset with an Extensible Array can grow until its slots are used up: each chunk
/// along the unlimited dimension takes bounded_max_chunks(shape) slots. Requires
/// unlimited_count(shape)
/// == 1.
ExtentLimit extensible_array_limit(const ChunkedShape& shape);

/// True when `extent` (one length per dimension) goes beyond the limit.
inline bool is_beyond(const ExtentLimit& limit, const std::uint64_t* extent) {
  return limit.length != kUnlimited && extent[limit.dimension] > limit.length;
}

/// True when libhdf5 (1.14.5, 2.0.0) converts an Extensible Array to a v1 B-tree rightly. It lists
/// the chunks as if the unlimited dimension had not been moved to the front (docs/format.md) and
/// enters them where it lists them: right only when every dimension before the unlimited one has
/// one chunk. Requires unlimited_count(shape) == 1.
bool extensible_array_converts(const ChunkedShape& shape);

/// Bytes of one entry of a v1 B-tree: a key (stored size, filter mask, an offset per dimension and
/// one for the element) and an 8-byte child address.
std::uint64_t btree1_entry_bytes(const ChunkedShape& shape);

/// Bytes of one entry of a Fixed or Extensible Array: an 8-byte address and, for filtered chunks,
/// the stored size in min(8, 1 + (⌊log2 chunk_bytes⌋ + 8) / 8) bytes and a 4-byte filter mask.
std::uint64_t array_entry_bytes(std::uint64_t chunk_bytes, bool filtered);

}  // namespace h5pave
