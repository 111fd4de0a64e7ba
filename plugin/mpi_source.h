// The elements of one rank's write to a chunked, filtered dataset, as the collective writer and the
// pending chunks want them.
//
// Called by mpi_write.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <memory>

#include "chunk_io.h"
#include "mpi/collective_write.h"

namespace h5pave {

/// What one rank brings to a collective write.
struct RankPart {
  Verdict verdict = kJoin;
  std::unique_ptr<WriteSource> source;  ///< Set where the verdict is kJoin.
};

/// Finds the elements that `transfer` writes from `buffer`. Nothing is thrown: other ranks may be
/// waiting. The HDF5 error stack is empty afterwards. The source refers to `buffer`.
RankPart part_of(const DatasetTransfer& transfer, const void* buffer,
                 const Extent& extent) noexcept;

}  // namespace h5pave
