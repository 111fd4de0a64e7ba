#include "encode/huffman_code.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>

namespace h5pave {

namespace {

constexpr std::size_t kMaxSymbols = 288;
constexpr unsigned kMaxBits = 15;
constexpr std::uint64_t kHeavy = std::uint64_t{1} << 47;  // More than all counts together.

// Symbols by rising count: the count in the upper bits, the symbol in the lower ones.
class SortedSymbols {
 public:
  explicit SortedSymbols(std::span<const std::uint32_t> counts) {
    std::uint32_t most = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 0) continue;
      keys_[size_++] = std::uint64_t{counts[i]} << 16 | i;
      most = std::max(most, counts[i]);
    }
    keys_[size_] = ~std::uint64_t{0};
    if (size_ < kFewSymbols) {
      std::sort(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(size_));
    } else {
      for (unsigned digit = 16; most != 0; digit += 8, most >>= 8) sort_by_digit(digit);
    }
  }
  std::size_t size() const { return size_; }
  /// Of rank size(): kHeavy or more.
  std::uint64_t count(std::size_t rank) const { return keys_[rank] >> 16; }
  std::size_t symbol(std::size_t rank) const { return keys_[rank] & 0xffff; }

 private:
  static constexpr std::size_t kFewSymbols = 48;  // Where sorting by comparison is faster.

  // One pass of a radix sort, by the 8 bits from `digit` on; keeps the order of equal ones.
  void sort_by_digit(unsigned digit) {
    std::array<std::uint16_t, 257> places{};
    for (std::size_t i = 0; i < size_; ++i) ++places[(keys_[i] >> digit & 0xff) + 1];
    for (std::size_t i = 1; i < 256; ++i) {
      places[i] = static_cast<std::uint16_t>(places[i] + places[i - 1]);
    }
    std::array<std::uint64_t, kMaxSymbols> sorted;
    for (std::size_t i = 0; i < size_; ++i) sorted[places[keys_[i] >> digit & 0xff]++] = keys_[i];
    std::copy_n(sorted.begin(), size_, keys_.begin());
  }

  std::array<std::uint64_t, kMaxSymbols + 1> keys_;
  std::size_t size_ = 0;
};

// Huffman's tree by two queues: leaves by rising count, inner nodes in order of creation, which is
// also by rising count. Gives how many leaves lie at each depth.
using DepthCounts = std::array<std::uint32_t, kMaxSymbols>;

DepthCounts leaves_by_depth(const SortedSymbols& leaves) {
  const std::size_t inner_count = leaves.size() - 1;
  std::array<std::uint64_t, kMaxSymbols> weight;
  std::array<std::uint16_t, kMaxSymbols> parent_of_inner;
  std::array<std::uint16_t, kMaxSymbols> leaf_children{};
  std::size_t next_leaf = 0;
  std::size_t next_inner = 0;
  // Which child is next follows no pattern: chosen without branches, what does not exist is heavy.
  for (std::size_t node = 0; node < inner_count; ++node) {
    weight[node] = kHeavy;
    std::uint64_t sum = 0;
    for (int child = 0; child < 2; ++child) {
      const std::uint64_t leaf_weight = leaves.count(next_leaf);
      const std::uint64_t inner_weight = weight[next_inner];
      const bool leaf = leaf_weight <= inner_weight;
      sum += leaf ? leaf_weight : inner_weight;
      parent_of_inner[next_inner] = static_cast<std::uint16_t>(node);  // The last one stays.
      leaf_children[node] = static_cast<std::uint16_t>(leaf_children[node] + (leaf ? 1 : 0));
      next_leaf += leaf ? 1 : 0;
      next_inner += leaf ? 0 : 1;
    }
    weight[node] = sum;
  }
  DepthCounts depths{};
  std::array<std::uint16_t, kMaxSymbols> depth_of_inner;
  depth_of_inner[inner_count - 1] = 0;
  for (std::size_t node = inner_count; node-- > 0;) {
    if (node + 1 < inner_count) {
      depth_of_inner[node] = static_cast<std::uint16_t>(depth_of_inner[parent_of_inner[node]] + 1);
    }
    depths[depth_of_inner[node] + 1U] += leaf_children[node];
  }
  return depths;
}

// Moves leaves below `max_bits` up to it, and others down to pay for them (Kraft's sum stays 1).
void limit_depth(DepthCounts& depths, unsigned max_bits) {
  std::uint64_t kraft = 0;  // In units of 2^-max_bits.
  const auto too_deep = depths.begin() + max_bits + 1;
  depths[max_bits] += std::accumulate(too_deep, depths.end(), 0U);
  std::fill(too_deep, depths.end(), 0U);
  for (unsigned depth = 1; depth <= max_bits; ++depth) {
    kraft += std::uint64_t{depths[depth]} << (max_bits - depth);
  }
  for (const std::uint64_t full = std::uint64_t{1} << max_bits; kraft > full; --kraft) {
    // A leaf at the deepest level above the limit becomes a node of two: itself and one of the
    // limit.
    unsigned depth = max_bits - 1;
    while (depths[depth] == 0) --depth;
    --depths[depth];
    depths[depth + 1] += 2;
    --depths[max_bits];
  }
}

std::uint16_t reversed(std::uint32_t word, unsigned bits) {
  constexpr auto kOfByte = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned byte = 0; byte < table.size(); ++byte) {
      for (unsigned i = 0; i < 8; ++i) table[byte] |= (byte >> i & 1U) << (7 - i);
    }
    return table;
  }();
  const std::uint32_t all = std::uint32_t{kOfByte[word & 0xFF]} << 8 | kOfByte[word >> 8];
  return static_cast<std::uint16_t>(all >> (16 - bits));
}

}  // namespace

void set_code_lengths(std::span<const std::uint32_t> counts, unsigned max_bits,
                      std::span<std::uint8_t> lengths) {
  std::ranges::fill(lengths, std::uint8_t{0});
  const SortedSymbols symbols(counts);
  if (symbols.size() < 2) {
    const std::size_t used = symbols.size() == 1 ? symbols.symbol(0) : 0;
    lengths[used] = 1;
    lengths[used == 0 ? 1 : 0] = 1;
    return;
  }
  DepthCounts depths = leaves_by_depth(symbols);
  limit_depth(depths, max_bits);
  std::size_t rank = 0;
  for (unsigned bits = max_bits; bits > 0; --bits) {
    for (std::uint32_t left = depths[bits]; left > 0; --left) {
      lengths[symbols.symbol(rank++)] = static_cast<std::uint8_t>(bits);
    }
  }
}

void set_code_words(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> words) {
  std::array<std::uint32_t, kMaxBits + 2> next{};
  for (const std::uint8_t length : lengths) {
    if (length != 0) ++next[length + 1U];
  }
  // next[bits] becomes the first word of that length: (first of one bit less + their number) · 2.
  for (unsigned bits = 1; bits < next.size(); ++bits)
    next[bits] = (next[bits] + next[bits - 1]) * 2;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] != 0) words[i] = reversed(next[lengths[i]]++, lengths[i]);
  }
}

}  // namespace h5pave
