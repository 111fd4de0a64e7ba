// Pseudo-random bytes, the same in every run, with as much repetition as asked for. Called by the
// tests of the codec. Thread rule: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace h5pave::test {

/// `bytes` bytes of stretches of noise, runs and copies; different for each seed.
inline std::vector<std::byte> mixed_bytes(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::byte> result;
  result.reserve(bytes);
  while (result.size() < bytes) {
    const std::size_t length = 1 + random() % (random() % 8 == 0 ? 700 : 12);
    const auto kind = random() % 3;
    const auto value = static_cast<std::byte>(random() >> 56);
    const std::size_t distance = result.empty() ? 0 : 1 + random() % result.size();
    for (std::size_t i = 0; i < length && result.size() < bytes; ++i) {
      if (kind == 0) result.push_back(static_cast<std::byte>(random() >> 56));
      if (kind == 1) result.push_back(value);
      if (kind == 2) result.push_back(distance == 0 ? value : result[result.size() - distance]);
    }
  }
  return result;
}

}  // namespace h5pave::test
