#include "encode/repeat_encoder.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "encode/repeat_finder.h"

namespace h5pave {

namespace {

// Codes are fitted to parts of this size; neighbours that want about the same codes share them. A
// multiple of the longest copy, so that a long run meets no rest at each border.
constexpr std::size_t kPartBytes = 64 * kMaxCopy;
constexpr std::size_t kMaxBlockBytes = 1 << 20;

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

SymbolCounts sum(const SymbolCounts& a, const SymbolCounts& b) {
  SymbolCounts result;
  for (std::size_t i = 0; i < kLiteralSymbols; ++i)
    result.literals[i] = a.literals[i] + b.literals[i];
  for (std::size_t i = 0; i < kDistanceSymbols; ++i) {
    result.distances[i] = a.distances[i] + b.distances[i];
  }
  return result;
}

}  // namespace

void RepeatEncoder::close(std::span<const std::byte> input, const Block& block,
                          std::size_t sequence_end, LastBlock last, BitWriter& out,
                          StreamTrace& trace) {
  trace.blocks.push_back({block.stretch.begin, block.sequence_begin, sequence_end});
  write_block(input.subspan(block.stretch.begin, block.stretch.bytes()),
              trace.of(trace.blocks.back()), block.counts, last, out);
}

void RepeatEncoder::encode(std::span<const std::byte> input, Stretch stretch, std::size_t distance,
                           LastBlock last, BitWriter& out, StreamTrace& trace) {
  Sequences& sequences = trace.sequences;
  Block open{{stretch.begin, stretch.begin}, sequences.size()};
  for (std::size_t at = stretch.begin; at < stretch.end;) {
    Block part{{at, std::min(at + kPartBytes, stretch.end)}, sequences.size()};
    append_repeats(input, part.stretch.begin, part.stretch.end, distance, sequences);
    count_symbols(input.data() + at, std::span(sequences).subspan(part.sequence_begin),
                  part.counts);
    part.bits = block_bits(part.counts, part.stretch.bytes());
    at = part.stretch.end;

    Block both{{open.stretch.begin, at}, open.sequence_begin, sum(open.counts, part.counts)};
    both.bits = block_bits(both.counts, both.stretch.bytes());
    const bool join = open.stretch.bytes() == 0 || (both.bits <= open.bits + part.bits &&
                                                    both.stretch.bytes() <= kMaxBlockBytes);
    if (!join) close(input, open, part.sequence_begin, LastBlock::kNo, out, trace);
    open = join ? both : part;
  }
  close(input, open, sequences.size(), last, out, trace);
}

std::size_t RepeatEncoder::estimate(std::span<const std::byte> input, Stretch stretch,
                                    std::size_t distance) {
  SymbolCounts all;
  double bits_in_parts = 0;
  for (std::size_t at = stretch.begin; at < stretch.end;) {
    const std::size_t end = std::min(at + kPartBytes, stretch.end);
    SymbolCounts part;
    sequences_.clear();
    append_repeats(input, at, end, distance, sequences_);
    count_symbols(input.data() + at, sequences_, part);
    bits_in_parts += block_bits(part, end - at);
    all = sum(all, part);
    at = end;
  }
  // Real codes once; what codes of its own for each part would save, by entropy.
  const double bits = block_bits(all, stretch.bytes());
  all.literals[kEndOfBlock] = 1;
  const auto coded_bytes = static_cast<double>(BlockCodes(all).bits()) / 8;
  return std::min(stretch.bytes(),
                  static_cast<std::size_t>(coded_bytes * std::min(1.0, bits_in_parts / bits)));
}

}  // namespace h5pave
