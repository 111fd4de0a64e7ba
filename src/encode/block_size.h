// About how long a deflate block would be, without making its codes. Called by the encoders that
// choose among blocks. Thread rule: pure functions.
#pragma once

#include <cstddef>

#include "encode/sequences.h"

namespace h5pave {

/// Bits of a block for `bytes` bytes of input with codes of its own, or stored where that is
/// shorter: by the entropy of its symbols (Shannon), good to some 2 %.
double block_bits(const SymbolCounts& counts, std::size_t bytes);

/// True where codes for `bytes` bytes of input surely save less than their description takes.
bool is_noise(const SymbolCounts& counts, std::size_t bytes);

}  // namespace h5pave
