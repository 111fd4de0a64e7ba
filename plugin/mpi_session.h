// One session: all ranks of an MPI file write chunks of one dataset together. The plugin's way into
// src/mpi/collective_write.h.
//
// Called by mpi_write.cpp and mpi_pending.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "mpi/collective_write.h"
#include "object.h"
#include "shared_dataset.h"

namespace h5pave {

struct MpiFile;

/// A dataset that all ranks have open.
struct SessionDataset {
  const Context& context;
  void* under;  ///< The native dataset.
  SharedDataset& shared;
  MpiFile& file;
  bool is_new;            ///< Created through this handle: no chunk can have a filter mask.
  PhaseSeconds* seconds;  ///< Where the time is counted, or null.
};

/// `verdict` is this rank's; where it is kJoin, `source` is what it writes, else it may be null. A
/// write that poisons the file is noted in it.
CollectiveEnd run_session(const SessionDataset& dataset, const Extent& extent, Verdict verdict,
                          const WriteSource* source);  // collective

/// Tries once more to write this rank's chunks of the dataset that have their places and lack their
/// bytes. To be called before anybody reads such a chunk or may give it another place; false when
/// one still cannot be written: then nobody may.
bool settle_unplaced(const SharedDataset& dataset, MpiFile& file) noexcept;

/// Opens the dataset's chunk index in libhdf5, if it is not open. Where all ranks read metadata
/// together (H5Pset_all_coll_metadata_ops), libhdf5 opens it in a call of all ranks, and a rank
/// that has it open already, because it looked for a chunk by itself, would miss that call: so
/// before any rank looks for a chunk, all open it.
void open_index(ChunkStore& store, const ChunkedDataset& facts) noexcept;  // collective

/// The same before native HDF5 resizes a dataset of an MPI file: 2.2.0 looks for chunks there, with
/// all ranks, and takes it that the index of a dataset opened just now is open (a build with
/// assertions, such as Debian's, ends the program).
void open_index_for_resize(Object& dataset) noexcept;  // collective

/// Adds an error record that names the dataset: why a write of all ranks failed.
void push_session_error(const SessionDataset& dataset, const char* cause);

/// The words for an end that is not kDone.
std::string cause_of(const CollectiveEnd& end);

}  // namespace h5pave
