// Whether the filters of a dataset are worth having, tried on the data of a write of all of it.
//
// Called by the plugin, where option filter=auto decides. Thread rule: pure function.
#pragma once

#include "commit/chunk_format.h"
#include "transfer/box_transfer.h"

namespace h5pave {

/// True when filters save an eighth or more of the unfiltered chunks' bytes in any of up to eight
/// pieces, of at most 256 KiB and spread evenly over the chunks of a dataset of `extent` (rank ≥ 1,
/// no zero), of which `memory` holds all elements. The eighth is where ZFS stops compressing: below
/// it a reader pays for decoding what the file hardly saves. Unfiltered chunks at the edge are
/// stored whole, which counts for the filters. Throws std::bad_alloc or std::runtime_error.
bool do_filters_pay(const ChunkFormat& format, const Extent& extent,
                    const MemoryBox<const std::byte>& memory, DeflateMode mode);

}  // namespace h5pave
