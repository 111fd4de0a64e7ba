// Measures what `h5pave plan` predicts: reads boxes of the accesses from the dataset as it is, with
// stock HDF5. The predictions beside them use constants taken from whole chunks of the same
// dataset, since how fast values decode depends on the values.
//
// Called by plan_command. Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <vector>

#include "cli/plan_report.h"

namespace h5pave::cli {

/// One entry per box of the plan, about half a second each. Everything is read twice and the second
/// time counts: the file is in the page cache then, whatever it was before. Accesses that write,
/// and boxes of more than 512 MiB, are not measured. Throws Hdf5Failure when the dataset cannot be
/// read.
std::vector<Measurement> measure_accesses(hid_t dataset, const PlannedDataset& plan,
                                          double stored_ratio);

}  // namespace h5pave::cli
