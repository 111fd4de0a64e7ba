// How many chunks of one call are worked on at a time, and whether past the cache.
//
// Called by the box transfers. Thread rule: pure functions.
#pragma once

#include "transfer/box_transfer.h"

namespace h5pave {

/// Chunks that one job works on: several where they are so small that handing them over costs as
/// much as encoding them.
std::size_t chunks_in_a_batch(const ChunkFormat& format);

/// Batches of `box` in work at a time; 0 when not even one chunk fits into the memory limit.
std::size_t transfer_depth(const TransferTarget& target, const Box& box);

/// True when a read touches so many chunks that keeping those of which it takes most would only
/// push out others: nobody comes back for the rest of them soon.
bool is_too_large_to_keep(const TransferTarget& target, const Box& box);

/// True when a write's whole chunks are better encoded straight from the program's memory, within
/// the call, than copied to be encoded behind it.
bool pays_to_stream(const TransferTarget& target, const Box& box);

}  // namespace h5pave
