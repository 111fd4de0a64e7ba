// Real numbers: the coordinates of the world's coastlines, from Debian's package gmt-gshhg-high,
// read with HDF5. Called by tests and benchmarks that link HDF5. Thread rule: as HDF5.
#pragma once

#include <vector>

#include "support/sample_data.h"

namespace h5pave::test {

/// At most `bytes` each of 16-bit longitudes, 32-bit numbers of points and float64 areas; nothing
/// where the file is missing.
std::vector<Sample> coastline_data(std::size_t bytes);

}  // namespace h5pave::test
