#include "support/sample_data.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <random>

namespace h5pave::test {

namespace {

constexpr double kColumns = 512;

struct Cell {
  double row;
  double column;
};

Cell cell_at(std::size_t index) {
  const auto position = static_cast<double>(index);
  return {std::floor(position / kColumns), std::fmod(position, kColumns)};
}

// A temperature-like field between about 260 and 310.
double smooth_field(std::size_t index) {
  const Cell cell = cell_at(index);
  return 285 + 18 * std::sin(cell.row / 60) * std::cos(cell.column / 90) +
         7 * std::sin(cell.column / 37);
}

template <class Value>
Sample make(std::string name, std::size_t bytes, const std::function<Value(std::size_t)>& value) {
  Sample sample{std::move(name), sizeof(Value), {}};
  const std::size_t count = bytes / sizeof(Value);
  sample.bytes.resize(count * sizeof(Value));
  for (std::size_t i = 0; i < count; ++i) {
    const Value element = value(i);
    std::memcpy(sample.bytes.data() + i * sizeof(Value), &element, sizeof element);
  }
  return sample;
}

using Random = std::mt19937_64;

double normal(Random& random) {
  // Not std::normal_distribution: its values differ between standard libraries.
  const auto uniform = [&random] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * 3.14159265358979323846 * uniform());
}

Sample text(std::size_t bytes) {
  static constexpr const char* kWords[] = {
      "station", "wind", "the", "of",      "pressure", "at",   "level", "north", "sea",
      "value",   "and",  "in",  "degrees", "east",     "mean", "daily", "ice",   "ocean"};
  Random random(7);
  std::string line;
  while (line.size() < bytes) {
    line += kWords[random() % std::size(kWords)];
    line += ' ';
    if (random() % 9 == 0) line += std::to_string(random() % 10000) += '\n';
  }
  Sample sample{"text", 1, {}};
  sample.bytes.resize(bytes);
  std::memcpy(sample.bytes.data(), line.data(), bytes);
  return sample;
}

}  // namespace

std::vector<Sample> sample_data(std::size_t bytes) {
  Random random(1);
  std::vector<Sample> samples;
  samples.push_back(make<float>("smooth float32", bytes, [&](std::size_t i) {
    return static_cast<float>(smooth_field(i) + 0.01 * normal(random));
  }));
  samples.push_back(make<float>("quantised float32", bytes, [&](std::size_t i) {
    return static_cast<float>(std::round((smooth_field(i) + 0.05 * normal(random)) * 10) / 10);
  }));
  samples.push_back(make<float>("digits float32", bytes, [&](std::size_t i) {
    return static_cast<float>(std::round((smooth_field(i) + 0.5 * normal(random)) * 10) / 10);
  }));
  samples.push_back(make<float>("noise float32", bytes,
                                [&](std::size_t) { return static_cast<float>(normal(random)); }));
  samples.push_back(make<std::int32_t>("counter int32", bytes, [](std::size_t i) {
    return static_cast<std::int32_t>(1000000 + 3 * i);
  }));
  samples.push_back(make<std::int32_t>("digitised int32", bytes, [&](std::size_t i) {
    return static_cast<std::int32_t>(2000 * std::sin(static_cast<double>(i) / 40) +
                                     25 * normal(random));
  }));
  samples.push_back(make<std::uint16_t>("image uint16", bytes, [&](std::size_t i) {
    return static_cast<std::uint16_t>(900 + 40 * smooth_field(i) / 10 + 12 * normal(random));
  }));
  samples.push_back(make<double>("smooth float64", bytes, [&](std::size_t i) {
    return smooth_field(i) + 0.001 * normal(random);
  }));
  samples.push_back(text(bytes));
  samples.push_back({"zeros", 4, std::vector<std::byte>(bytes / 4 * 4)});
  return samples;
}

}  // namespace h5pave::test
