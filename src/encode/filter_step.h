// What a dataset's filter pipeline does, as far as this component encodes it. Filled from a
// creation property list by the caller, read by ChunkCodec. Thread rule: plain data.
#pragma once

#include <vector>

namespace h5pave {

struct FilterStep {
  enum class Kind { kShuffle, kDeflate, kFletcher32 };
  Kind kind;
  unsigned parameter;  ///< Element bytes of shuffle, level 0-9 of deflate, unused for fletcher32.
};

/// In pipeline order, which is the order of writing.
using FilterSteps = std::vector<FilterStep>;

/// Sizes are relative to zlib at the same level.
enum class DeflateMode {
  kBalanced,  ///< At most 1.02 of the size.
  kSmall,     ///< At most 1.00 of the size.
  kFast,      ///< Fastest at no more than 1.10 of the size.
  kStock,     ///< zlib itself, bit for bit.
};

}  // namespace h5pave
