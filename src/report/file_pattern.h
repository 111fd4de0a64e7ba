// File names with the process and the rank in them. Called by what writes a file per process
// (statistics, profile). Thread rule: a pure function of the process.
#pragma once

#include <string>

namespace h5pave {

/// `pattern` with %p replaced by the process id and %r by the MPI rank (0 outside MPI).
std::string expand_file_pattern(const std::string& pattern);

}  // namespace h5pave
