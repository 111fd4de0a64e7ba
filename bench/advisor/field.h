// The values of the benchmark's datasets: a field that is equally rough along every dimension, as
// fields of nature are. Called by advisor_bench.cpp. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace h5pave::bench {

/// Values of about -20 to 20 in row-major order, the same every time: plane waves of random
/// directions and phases (Kraichnan 1970), from eight elements to the longest extent long, their
/// energy that of Kolmogorov's spectrum (E(k) ~ k^-5/3), and noise of 0.001 in the last digits, as
/// model output has.
std::vector<float> turbulent_field(std::span<const std::uint64_t> extent);

}  // namespace h5pave::bench
