// Where a workload's accesses lie, one after the other.
// Called by advisor_bench.cpp and recorded.cpp. Thread rule: one object, one thread.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "workloads.h"

namespace h5pave::bench {

/// The boxes of a pattern in order or at random places, the same for every shape. The arguments
/// must live longer.
class Boxes {
 public:
  using Lengths = std::vector<std::uint64_t>;

  Boxes(const Workload& workload, const AccessBox& box);

  void begin_at(std::uint64_t row) { start_[0] = row; }

  /// How many a write of all that the workload ever writes takes from here on.
  std::uint64_t left() const;

  void next(Lengths& start, Lengths& count);

 private:
  const Lengths& extent_;
  const AccessBox& box_;
  const double written_;
  Lengths count_;
  Lengths start_;
  std::mt19937_64 random_{7};  // NOLINT(cert-msc51-cpp): the same for every shape
};

}  // namespace h5pave::bench
