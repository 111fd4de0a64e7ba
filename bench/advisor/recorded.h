// The shape that the advisor chooses from a profile of a workload instead of being told it.
// Called by workloads.cpp. Thread rule: one thread at a time; writes a file in the current folder.
#pragma once

#include "workloads.h"

namespace h5pave::bench {

/// Records some thousand accesses of the workload that `told` is about, with chunks that fit none
/// of them, and plans for what the profile says.
ChunkShape recorded_shape(const Workload& workload, const ShapeQuestion& told);

}  // namespace h5pave::bench
