// Every order and combination of the three filters. Called by the tests of the codec. Thread rule:
// pure.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "encode/filter_step.h"

namespace h5pave::test {

inline constexpr std::array kAllModes{DeflateMode::kBalanced, DeflateMode::kSmall,
                                      DeflateMode::kFast, DeflateMode::kStock};

/// The 16 pipelines without a repeated filter, the empty one first.
inline std::vector<FilterSteps> all_filter_orders(unsigned element_bytes, unsigned level) {
  const std::array steps{FilterStep{FilterStep::Kind::kShuffle, element_bytes},
                         FilterStep{FilterStep::Kind::kDeflate, level},
                         FilterStep{FilterStep::Kind::kFletcher32, 0}};
  std::vector<FilterSteps> result;
  for (unsigned chosen = 0; chosen < 8; ++chosen) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if ((chosen >> i & 1) != 0) order.push_back(i);
    }
    do {
      FilterSteps pipeline;
      for (const std::size_t i : order) pipeline.push_back(steps[i]);
      result.push_back(pipeline);
    } while (std::ranges::next_permutation(order).found);
  }
  return result;
}

}  // namespace h5pave::test
