// Decides whether one H5Dwrite or H5Dread goes through h5pave's parallel chunk writer and reader,
// and runs it. Any doubt: nothing is done here and the call goes to native HDF5, with a reason.
//
// Called by dataset_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <string_view>

#include "object.h"

namespace h5pave {

/// The arguments of a read or write of one dataset.
struct DatasetTransfer {
  Object& dataset;
  hid_t mem_type;
  hid_t mem_space;
  hid_t file_space;
  hid_t dxpl;
};

struct ChunkIoResult {
  std::string_view native_reason;  ///< Why native HDF5 is to run the call; empty: it is done.
  std::uint64_t chunks = 0;        ///< Chunks moved.
};

/// After a failure in mid-write the caller writes everything again natively, which reports the
/// error in stock's words or mends it.
ChunkIoResult write_through_chunks(const DatasetTransfer& transfer, const void* buffer);

/// The same for reads.
ChunkIoResult read_through_chunks(const DatasetTransfer& transfer, void* buffer);

/// Takes note of a chunk that the program itself writes with a filter mask (`operation` of the
/// native connector with its `arguments`): such a chunk must not be rewritten here.
void note_raw_chunk_write(int operation, const void* arguments);

}  // namespace h5pave
