// Made-up data that `h5pave bench` measures without a file. Called by bench_step_command.
// Thread rule: as HDF5 calls.
#pragma once

#include <string>
#include <vector>

#include "cli/bench_sample.h"

namespace h5pave::cli {

struct SyntheticSample {
  std::string name;         ///< For the step.
  std::string description;  ///< For people.
  bool appended = false;    ///< Written row by row, not read.
};

/// All of them, in the order in which they are shown.
const std::vector<SyntheticSample>& synthetic_samples();

/// The values of the one named `name`, some 32 MiB; the same on each machine. Throws
/// std::runtime_error when there is none.
Sample make_synthetic(const std::string& name);

}  // namespace h5pave::cli
