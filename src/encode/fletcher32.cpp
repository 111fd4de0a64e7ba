#include "encode/fletcher32.h"

#include <algorithm>

namespace h5pave {

namespace {

// A block of n words w0..w(n-1) adds Σ wi to sum1, and n·sum1 + Σ (n-i)·wi to sum2. Both are exact
// in 64 bits, and fixed-length blocks let the compiler use vector registers.
constexpr std::size_t kBlockWords = 256;

struct Sums {
  std::uint64_t sum1 = 0;
  std::uint64_t sum2 = 0;
};

// End-around carry: keeps the value modulo 65535 and, like the reference, never turns a non-zero
// sum into zero.
std::uint64_t fold(std::uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

std::uint32_t word_at(const std::byte* bytes) {
  return std::to_integer<std::uint32_t>(bytes[0]) << 8 | std::to_integer<std::uint32_t>(bytes[1]);
}

void add_block(const std::byte* bytes, Sums& sums) {
  // The high and low bytes apart: each weighted sum fits 32 bits (256·257/2·255 < 2^23).
  std::uint32_t high = 0;
  std::uint32_t low = 0;
  std::uint32_t weighted_high = 0;
  std::uint32_t weighted_low = 0;
  for (std::uint32_t i = 0; i < kBlockWords; ++i) {
    const auto high_byte = std::to_integer<std::uint32_t>(bytes[2 * i]);
    const auto low_byte = std::to_integer<std::uint32_t>(bytes[2 * i + 1]);
    const auto weight = static_cast<std::uint32_t>(kBlockWords) - i;
    high += high_byte;
    low += low_byte;
    weighted_high += weight * high_byte;
    weighted_low += weight * low_byte;
  }
  sums.sum2 += kBlockWords * sums.sum1 + (std::uint64_t{weighted_high} << 8) + weighted_low;
  sums.sum1 += (std::uint64_t{high} << 8) + low;
}

void add_word(std::uint32_t word, Sums& sums) {
  sums.sum1 += word;
  sums.sum2 += sums.sum1;
}

}  // namespace

std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  Sums sums;
  std::size_t at = 0;
  for (; at + 2 * kBlockWords <= bytes.size(); at += 2 * kBlockWords) {
    add_block(bytes.data() + at, sums);
    sums = {fold(sums.sum1), fold(sums.sum2)};
  }
  for (; at + 2 <= bytes.size(); at += 2) add_word(word_at(bytes.data() + at), sums);
  if (at < bytes.size()) add_word(std::to_integer<std::uint32_t>(bytes[at]) << 8, sums);
  return static_cast<std::uint32_t>(fold(sums.sum2) << 16 | fold(sums.sum1));
}

std::array<std::byte, kFletcher32Bytes> stored_fletcher32(std::span<const std::byte> bytes) {
  const std::uint32_t sum = fletcher32(bytes);
  std::array<std::byte, kFletcher32Bytes> result;
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = static_cast<std::byte>(sum >> (8 * i));
  return result;
}

bool fletcher32_fits(std::span<const std::byte> stored) {
  if (stored.size() < kFletcher32Bytes) return false;
  const auto data = stored.first(stored.size() - kFletcher32Bytes);
  const auto found = stored.last<kFletcher32Bytes>();
  const auto right = stored_fletcher32(data);
  if (std::ranges::equal(found, right)) return true;
  const std::array legacy{right[1], right[0], right[3], right[2]};
  return std::ranges::equal(found, legacy);
}

}  // namespace h5pave
