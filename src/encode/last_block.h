// Finds the last block of a deflate stream without writing what it decodes to: libdeflate only
// makes whole streams, and to go on behind one its last block must lose the mark of the last.
// Called by libdeflate's engine for streams it has just made. Thread rule: pure function.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace h5pave {

struct LastBlockPlace {
  std::size_t mark_bit;  ///< The bit that marks the last block; its type follows.
  std::size_t end_bit;   ///< The first bit behind the block.
};

/// Bits count from the lowest of the first byte. Nothing when `stream` is not a whole deflate
/// stream.
std::optional<LastBlockPlace> find_last_block(std::span<const std::byte> stream);

}  // namespace h5pave
