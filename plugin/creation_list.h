// What dataspaces and dataset creation lists say, in the advisors' words.
//
// Called by the amendments and the access recording. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <optional>
#include <vector>

#include "advisor/index_size.h"
#include "advisor/shape_search.h"

namespace h5pave {

/// Puts extent and maximum of a dataspace into `shape`. False, with `shape` as it was, for scalar
/// and null dataspaces and what is none.
bool read_extent(hid_t space_id, ChunkedShape& shape);

/// The chunk lengths of a list; empty where it is not for chunked storage.
ChunkShape chunk_of(hid_t dcpl_id);

/// The filters of a list, in their order; nothing when libhdf5 does not tell.
std::optional<std::vector<H5Z_filter_t>> filters_of(hid_t dcpl_id);

}  // namespace h5pave
