// An Extensible Array numbers chunks in 32 bits: a dataset that grows past 2^32 slots would lose
// what is written there when it is closed, and read other chunks in their place, where the v1
// B-tree that stock HDF5 gives it goes on. Such a dataset gets its v1 B-tree back at the resize
// that outgrows the array.
//
// Called by dataset_lifecycle.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "object.h"

namespace h5pave {

/// True when the Extensible Array of `dataset` numbers all chunks of its extent now and could not
/// number those of `extent` (one length per dimension). False when the program asked for the modern
/// format itself, where stock HDF5 has the same limit. Leaves the error stack as it was.
///
/// The first call of a handle looks up the limit, later ones compare one number with it.
bool outgrows_index(Object& dataset, const hsize_t* extent);

/// False where libhdf5's conversion would put chunks to wrong places (see
/// extensible_array_converts()): then the resize must fail, before what is written beyond the limit
/// is lost. Leaves the error stack as it was.
bool can_replace_index(const Object& dataset);

/// Replaces the Extensible Array of a dataset whose extent was set to one that outgrows_index(); a
/// line in the log and a counted reason tell it. Leaves the error stack as it was.
void replace_outgrown_index(const Object& dataset);

/// True when H5Dchunk_iter lists the chunks of the native dataset at their own coordinates: not so
/// for an Extensible Array whose unlimited dimension is not the first (docs/format.md).
bool lists_chunks_rightly(const Object& dataset);

}  // namespace h5pave
