// Which transfers of datasets in files of the mpio driver the ranks can do by themselves.
//
// Called by mpi_write.cpp and mpi_read.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "object.h"

namespace h5pave {

struct MpiFile;

/// The file of a chunked dataset in which the ranks write together, or why not.
struct MpiDataset {
  std::shared_ptr<MpiFile> file;
  std::string_view native_reason;  ///< Set where `file` is null.
  bool is_unfiltered = false;
};

MpiDataset find_mpi_dataset(Object& dataset);

/// To be called with each dataset that was opened or created, a call of all ranks. Where all ranks
/// read metadata together (H5Pset_all_coll_metadata_ops), what h5pave asks of a dataset must be
/// asked by all of them in the same call: here, not at a rank's first transfer.
void look_at_together(Object& dataset) noexcept;  // collective

/// True for a transfer list that asks for collective transfers: all ranks make the same call.
bool is_collective(hid_t dxpl);

/// True for a transfer list with which libhdf5 may get past a damaged chunk: without checksums
/// (H5Pset_edc_check), or where the program decides (H5Pset_filter_callback).
bool tolerates_damage(hid_t dxpl);

/// kConverted: asked for collectively, which stock does rank by rank where types are converted.
enum class DoneAs { kIndependent, kConverted, kCollectiveChunks };

enum class Chunks { kPlain, kFiltered };

/// Programs ask their transfer list how the last transfer was done: as stock tells it of one like
/// this. `selection_io`: what H5Pget_actual_selection_io_mode() will give.
void tell_in_list(hid_t dxpl, DoneAs done_as, Chunks chunks, std::uint32_t selection_io);

/// The last part of that alone, as it was told: of several datasets in one call it is all that any
/// of them was moved by.
std::uint32_t told_selection_io(hid_t dxpl);
void tell_selection_io(hid_t dxpl, std::uint32_t selection_io);

}  // namespace h5pave
