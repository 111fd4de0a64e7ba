#include "encode/fletcher32.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace h5pave {

namespace {

// Words are summed in the machine's byte order, several lanes beside each other so that the
// compiler uses vector registers. In lane j of L, with K words w0..w(K-1) of a block, running sums
// give S1 = Σ wk and S2 = Σ (K-k)·wk. Word k of lane j has the weight n - (k·L + j) = L·(K-k) - j
// in the block's part of sum2, which is thus Σ over the lanes of L·S2 - j·S1.
constexpr std::size_t kLanes = 8;
constexpr std::size_t kLaneWords = 128;  // S2 < 2^16 · 128 · 129 / 2 fits 32 bits.
constexpr std::size_t kBlockWords = kLanes * kLaneWords;

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

// To exchange the bytes of a word is to multiply it by 256 modulo 65535. Called on what was summed
// in the machine's order, for the order of the format: high byte first.
std::uint64_t in_format_order(std::uint64_t sum) {
  return std::endian::native == std::endian::little ? fold(256 * sum) : sum;
}

std::uint16_t word_at(const std::byte* bytes) {
  std::uint16_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

void add_block(const std::byte* bytes, Sums& sums) {
  std::array<std::uint32_t, kLanes> lane_sum1{};
  std::array<std::uint32_t, kLanes> lane_sum2{};
  for (std::size_t k = 0; k < kLaneWords; ++k) {
    std::array<std::uint16_t, kLanes> words;
    std::memcpy(words.data(), bytes + k * sizeof words, sizeof words);
    for (std::size_t j = 0; j < kLanes; ++j) {
      lane_sum1[j] += words[j];
      lane_sum2[j] += lane_sum1[j];
    }
  }
  sums.sum2 += kBlockWords * sums.sum1;
  for (std::size_t j = 0; j < kLanes; ++j) {
    sums.sum1 += lane_sum1[j];
    sums.sum2 += kLanes * std::uint64_t{lane_sum2[j]} - j * std::uint64_t{lane_sum1[j]};
  }
}

void add_word(std::uint16_t word, Sums& sums) {
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
  if (at < bytes.size()) {
    const std::array last{bytes[at], std::byte{0}};
    add_word(word_at(last.data()), sums);
  }
  const std::uint64_t sum1 = in_format_order(fold(sums.sum1));
  const std::uint64_t sum2 = in_format_order(fold(sums.sum2));
  return static_cast<std::uint32_t>(sum2 << 16 | sum1);
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
