// Data that deflates to as many short copies as possible: an encoder's notes of it are twice as
// large as the data.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace h5pave::test {

/// Runs of five equal bytes: a literal and the shortest copy that pays.
inline std::vector<std::byte> short_runs(std::size_t bytes) {
  std::mt19937 random(5);
  std::vector<std::byte> runs(bytes);
  for (std::size_t at = 0; at < bytes; ++at)
    runs[at] = at % 5 == 0 ? static_cast<std::byte>(random() % 250 + at / 5 % 2) : runs[at - 1];
  return runs;
}

}  // namespace h5pave::test
