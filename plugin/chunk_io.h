// Runs one H5Dwrite or H5Dread through h5pave's chunk cache and its parallel chunk writer and
// reader, if it can. Any doubt: nothing is done here and the call goes to native HDF5, with a
// reason.
//
// Called by dataset_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <string_view>

#include "object.h"
#include "transfer/box_transfer.h"

namespace h5pave {

/// The arguments of a read or write of one dataset.
struct DatasetTransfer {
  Object& dataset;
  hid_t mem_type;
  hid_t mem_space;
  hid_t file_space;
  hid_t dxpl;
};

class ChunkedDataset;
class NativeChunkStore;

struct ChunkIoResult {
  enum class Kind {
    kDone,
    kNative,  ///< Native HDF5 is to run the call; everything is ready for it.
    kFailed,  ///< The call must fail: the error stack says why.
  };
  Kind kind = Kind::kDone;
  std::string_view native_reason;  ///< For kNative.
  std::uint64_t chunks = 0;        ///< Chunks that were encoded or decoded here.
};

/// `seconds`: where the time of the phases is counted, or null.
ChunkIoResult write_through_chunks(const DatasetTransfer& transfer, const void* buffer,
                                   PhaseSeconds* seconds);
ChunkIoResult read_through_chunks(const DatasetTransfer& transfer, void* buffer,
                                  PhaseSeconds* seconds);

enum class ReadAhead { kNo, kYes };

/// Reads from `store` through the dataset's chunk cache. Where the end is kGiveUp nothing is wrong
/// with the program, and native HDF5 must read.
TransferEnd read_chunks(const DatasetTransfer& transfer, const Extent& extent, ChunkStore& store,
                        void* buffer, PhaseSeconds* seconds, ReadAhead read_ahead);

/// Finds out what kind of dataset this is, at the first transfer of a handle.
void look_at(Object& dataset);

/// True for a transfer list with a data transform.
bool has_data_transform(hid_t dxpl);

/// True when no stored chunk has a filter mask that a rewrite could meet. Masks of this process's
/// own native writes are told by their size; others come from H5Dwrite_chunk, here or in a former
/// run.
bool masks_are_safe(const Object& dataset, ChunkedDataset& facts, NativeChunkStore& store);

/// True once the program wrote a chunk with a filter mask by itself.
bool program_wrote_masks();

/// Makes a dataset ready for a native transfer, as after a kNative result.
ChunkIoResult leave_to_native(Object& dataset, Direction direction, std::string_view reason);

/// Takes note of a chunk that the program itself writes with a filter mask (`operation` of the
/// native connector with its `arguments`): such a chunk must not be rewritten here.
void note_raw_chunk_write(int operation, const void* arguments);

}  // namespace h5pave
