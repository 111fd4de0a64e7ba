#include "chunk_io_data.h"

#include <cmath>

namespace chunk_io {

namespace {

/// splitmix64 (Steele, Lea and Flood 2014): an independent word for each counter.
std::uint64_t random_word(std::uint64_t counter) {
  std::uint64_t word = (counter + 1) * 0x9e3779b97f4a7c15U;
  word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31U);
}

/// Nearly normal, mean 0, deviation 1: the sum of four uniform numbers of 32 bits.
double normal(std::uint64_t place) {
  const std::uint64_t a = random_word(2 * place);
  const std::uint64_t b = random_word(2 * place + 1);
  const std::uint64_t sum = (a & 0xffffffffU) + (a >> 32U) + (b & 0xffffffffU) + (b >> 32U);
  return (static_cast<double>(sum) * 0x1p-32 - 2) * std::sqrt(3.0);
}

}  // namespace

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
      return smooth + 0.01 * normal(place);
    case Kind::kQuantised:
      return std::nearbyint((smooth + 0.05 * normal(place)) * 10) / 10;
    case Kind::kNoise:
      return normal(place);
    case Kind::kCounters:
      return 1000000.0 + 3.0 * static_cast<double>(place);
    case Kind::kImages:
      break;
  }
  return std::floor(900 + 4 * smooth + 12 * normal(place));
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
