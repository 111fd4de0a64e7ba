#include "field.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <random>

namespace h5pave::bench {

namespace {

struct Wave {
  std::vector<double> radians_per_step;  ///< Along each dimension.
  std::complex<double> at_origin;
};

/// Isotropic directions: normal components, made one long.
Wave random_wave(std::size_t rank, double length, double amplitude, std::mt19937_64& random) {
  std::normal_distribution<double> component;
  std::uniform_real_distribution<double> phase(0, 2 * std::numbers::pi);
  Wave wave;
  for (std::size_t d = 0; d < rank; ++d) wave.radians_per_step.push_back(component(random));
  const auto& steps = wave.radians_per_step;
  const double norm = std::sqrt(std::inner_product(steps.begin(), steps.end(), steps.begin(), 0.0));
  for (double& step : wave.radians_per_step) step *= 2 * std::numbers::pi / length / norm;
  wave.at_origin = std::polar(amplitude, phase(random));
  return wave;
}

/// Lengths evenly spread by their logarithm: each stands for a band dk ~ k, so that its amplitude
/// is sqrt(k^-5/3 · k) = k^-1/3.
std::vector<Wave> random_waves(std::span<const std::uint64_t> extent, std::mt19937_64& random) {
  constexpr int kWaves = 32;
  constexpr double kShortest = 8;
  constexpr double kStandardDeviation = 7;  // Three of them are the range.
  const auto longest = static_cast<double>(*std::ranges::max_element(extent));
  std::vector<Wave> waves;
  double variance = 0;
  for (int i = 0; i < kWaves; ++i) {
    const double length = kShortest * std::pow(longest / kShortest, i / (kWaves - 1.0));
    waves.push_back(random_wave(extent.size(), length, std::cbrt(length), random));
    variance += std::norm(waves.back().at_origin) / 2;
  }
  for (Wave& wave : waves) wave.at_origin *= kStandardDeviation / std::sqrt(variance);
  return waves;
}

}  // namespace

std::vector<float> turbulent_field(std::span<const std::uint64_t> extent) {
  constexpr double kNoise = 0.001;
  std::mt19937_64 random(11);  // NOLINT(cert-msc51-cpp): the same every time
  const std::vector<Wave> waves = random_waves(extent, random);
  std::uniform_real_distribution<double> noise(-kNoise, kNoise);
  const std::uint64_t row_length = extent.back();
  const std::uint64_t rows =
      std::accumulate(extent.begin(), extent.end() - 1, std::uint64_t{1}, std::multiplies<>());
  std::vector<float> values;
  values.reserve(rows * row_length);
  std::vector<double> row(row_length);
  for (std::uint64_t r = 0; r < rows; ++r) {
    std::ranges::generate(row, [&] { return noise(random); });
    for (const Wave& wave : waves) {
      double radians = 0;
      std::uint64_t left = r;
      for (std::size_t d = extent.size() - 1; d-- > 0; left /= extent[d])
        radians += wave.radians_per_step[d] * static_cast<double>(left % extent[d]);
      std::complex<double> value = wave.at_origin * std::polar(1.0, radians);
      const std::complex<double> step = std::polar(1.0, wave.radians_per_step.back());
      for (double& each : row) {
        each += value.real();
        value *= step;
      }
    }
    std::ranges::transform(row, std::back_inserter(values),
                           [](double value) { return static_cast<float>(value); });
  }
  return values;
}

}  // namespace h5pave::bench
