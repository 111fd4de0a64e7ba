#include "encode/block_size.h"

#include <algorithm>
#include <bit>

namespace h5pave {

namespace {

// count · log2(count), good to 0.004 bits per symbol: enough to compare blocks, and free of
// branches so that it can be vectorised.
float count_bits(std::uint32_t count) {
  const auto value = static_cast<float>(std::max(count, 1U));
  const auto pattern = std::bit_cast<std::uint32_t>(value);
  const auto exponent = static_cast<float>(static_cast<int>(pattern >> 23) - 127);
  const float mantissa = std::bit_cast<float>((pattern & 0x007fffff) | 0x3f800000) - 1;
  // log2(1 + m), a polynomial that is exact at 0 and 1.
  const float fraction =
      mantissa * (1.4419F + mantissa * (-0.7096F + mantissa * (0.4157F - 0.1480F * mantissa)));
  return value * (exponent + fraction);
}

template <std::size_t N>
float entropy_bits(const std::array<std::uint32_t, N>& counts) {
  float total_bits = 0;
  std::uint32_t total = 0;
  for (const std::uint32_t count : counts) {
    total_bits += count_bits(count);
    total += count;
  }
  return count_bits(total) - total_bits;
}

// What the description of the codes takes, roughly: a few bits for each symbol in use.
double header_bits(const SymbolCounts& counts) {
  constexpr double kFixedBits = 100;
  constexpr double kSymbolBits = 2.5;
  const auto used =
      counts.literals.size() - static_cast<std::size_t>(std::ranges::count(counts.literals, 0U));
  return kFixedBits + kSymbolBits * static_cast<double>(used);
}

}  // namespace

bool is_noise(const SymbolCounts& counts, std::size_t bytes) {
  // Noise of all bytes lacks 255 / (2 ln 2) = 184 bits of 8 a byte; codes of unlike lengths for so
  // many symbols take more than this to be described. Fewer bytes may be few symbols.
  constexpr double kSaved = 300;
  constexpr std::size_t kLeastBytes = 1024;
  if (bytes < kLeastBytes) return false;
  const double bits = static_cast<double>(entropy_bits(counts.literals)) +
                      static_cast<double>(entropy_bits(counts.distances));
  return bits >= 8.0 * static_cast<double>(bytes) - kSaved;
}

double block_bits(const SymbolCounts& counts, std::size_t bytes) {
  double bits = header_bits(counts) + static_cast<double>(entropy_bits(counts.literals)) +
                static_cast<double>(entropy_bits(counts.distances));
  std::uint64_t copies = 0;
  for (std::size_t i = kEndOfBlock + 1; i < kLiteralSymbols; ++i) {
    const std::size_t extra = i >= 265 && i < 285 ? (i - 261) / 4 : 0;
    bits += static_cast<double>(counts.literals[i] * extra);
    copies += counts.literals[i];
  }
  for (std::size_t i = 4; i < kDistanceSymbols; ++i) {
    bits += static_cast<double>(counts.distances[i] * (i / 2 - 1));
  }
  // Entropy knows no code below 1 bit; deflate's codes start there.
  bits += static_cast<double>(copies);
  return std::min(bits, 8.0 * static_cast<double>(bytes) + 40);
}

}  // namespace h5pave
