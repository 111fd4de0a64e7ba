// Pieces of chunks on their way from the rank that has their elements to the rank that encodes the
// chunk: boxes of elements with their coordinates inside the chunk.
//
// Called by the collective writer. Thread rule: values; a message has one writer and one reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plan/box.h"

namespace h5pave {

/// A box of elements of one chunk.
struct Piece {
  std::uint64_t chunk_number = 0;
  Box box;                              ///< In elements from the chunk's first one.
  std::span<const std::byte> elements;  ///< Dense, row-major.
};

/// Adds a piece to `message` and returns the place for its elements, which the caller fills before
/// the next piece is added. `elements_bytes` must be the product of the box's lengths and the
/// element size.
std::span<std::byte> add_piece(std::vector<std::byte>& message, std::uint64_t chunk_number,
                               const Box& box, std::size_t elements_bytes);

/// The same for `count` elements of one row of a chunk of `chunk` elements, the first of which is
/// number `inside` in it.
std::span<std::byte> add_row_piece(std::vector<std::byte>& message, std::uint64_t chunk_number,
                                   const Extent& chunk, std::uint64_t inside, std::uint64_t count,
                                   std::size_t element_bytes);

/// Reads the pieces of a message, in the order in which they were added.
class PieceReader {
 public:
  PieceReader(std::span<const std::byte> message, std::size_t rank, std::size_t element_bytes)
      : left_(message), rank_(rank), element_bytes_(element_bytes) {}

  /// The next piece; false after the last. Throws std::runtime_error when the message is damaged.
  bool next(Piece& piece);

 private:
  std::uint64_t take_number();

  std::span<const std::byte> left_;
  const std::size_t rank_;
  const std::size_t element_bytes_;
};

}  // namespace h5pave
