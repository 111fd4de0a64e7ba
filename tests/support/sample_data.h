// Chunks that look like what programs store, for size ratios, round trips and benchmarks. Each is
// deterministic. Called by tests/encode and bench. Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace h5pave::test {

struct Sample {
  std::string name;
  std::size_t element_bytes;
  std::vector<std::byte> bytes;
};

/// All made-up kinds, `bytes` long each or a little less (whole elements).
std::vector<Sample> sample_data(std::size_t bytes);

}  // namespace h5pave::test
