// Arithmetic on sizes that stops at the largest value instead of wrapping round.
// Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <limits>

namespace h5pave {

inline constexpr std::uint64_t kSaturated = std::numeric_limits<std::uint64_t>::max();

/// a · b, or kSaturated when the product does not fit 64 bits.
constexpr std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kSaturated : product;
}

/// a + b, or kSaturated when the sum does not fit 64 bits.
constexpr std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kSaturated : sum;
}

/// ⌈a / b⌉; requires b > 0.
constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) {
  return a / b + (a % b == 0 ? 0 : 1);
}

}  // namespace h5pave
