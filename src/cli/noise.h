// Made-up noise that is the same on every machine and for every order of asking.
//
// Called by the benchmarks. Thread rule: pure functions.
#pragma once

#include <cmath>
#include <cstdint>

namespace h5pave {

/// splitmix64 (Steele, Lea and Flood 2014): an independent word for each counter.
inline std::uint64_t random_word(std::uint64_t counter) {
  std::uint64_t word = (counter + 1) * 0x9e3779b97f4a7c15U;
  word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31U);
}

/// Nearly normal, mean 0, deviation 1: the sum of four uniform numbers of 32 bits.
inline double normal_noise(std::uint64_t place) {
  const std::uint64_t a = random_word(2 * place);
  const std::uint64_t b = random_word(2 * place + 1);
  const std::uint64_t sum = (a & 0xffffffffU) + (a >> 32U) + (b & 0xffffffffU) + (b >> 32U);
  return (static_cast<double>(sum) * 0x1p-32 - 2) * std::sqrt(3.0);
}

}  // namespace h5pave
