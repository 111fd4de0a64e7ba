#include "chunk_io_data.h"

#include <cmath>

#include "cli/noise.h"

namespace chunk_io {

using h5pave::normal_noise;

Field::Field(Kind kind, std::size_t width) : kind_(kind), slow_(width), fast_(width) {
  for (std::size_t column = 0; column < width; ++column) {
    slow_[column] = std::cos(static_cast<double>(column) / 90);
    fast_[column] = 285 + 7 * std::sin(static_cast<double>(column) / 37);
  }
}

double Field::value_at(double row_factor, std::size_t column, std::uint64_t place) const {
  const double smooth = row_factor * slow_[column] + fast_[column];
  switch (kind_) {
    case Kind::kSmooth:
      return smooth + 0.01 * normal_noise(place);
    case Kind::kQuantised:
      return std::nearbyint((smooth + 0.05 * normal_noise(place)) * 10) / 10;
    case Kind::kNoise:
      return normal_noise(place);
    case Kind::kCounters:
      return 1000000.0 + 3.0 * static_cast<double>(place);
    case Kind::kImages:
      break;
  }
  return std::floor(900 + 4 * smooth + 12 * normal_noise(place));
}

template <class Value>
void Field::fill(std::uint64_t first, std::span<Value> values) const {
  const std::size_t width = slow_.size();
  std::size_t done = 0;
  while (done < values.size()) {
    const double row_factor = 18 * std::sin(static_cast<double>((first + done) / width) / 60);
    std::size_t column = (first + done) % width;
    for (; column < width && done < values.size(); ++column, ++done) {
      values[done] = static_cast<Value>(value_at(row_factor, column, first + done));
    }
  }
}

template void Field::fill(std::uint64_t, std::span<float>) const;
template void Field::fill(std::uint64_t, std::span<double>) const;
template void Field::fill(std::uint64_t, std::span<std::int32_t>) const;
template void Field::fill(std::uint64_t, std::span<std::uint16_t>) const;

}  // namespace chunk_io
