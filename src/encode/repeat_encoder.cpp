#include "encode/repeat_encoder.h"

#include <algorithm>

#include "encode/block_size.h"
#include "encode/repeat_finder.h"

namespace h5pave {

namespace {

// Codes are fitted to parts of this size; neighbours that want about the same codes share them. A
// multiple of the longest copy, so that a long run meets no rest at each border.
constexpr std::size_t kPartBytes = 64 * kMaxCopy;
constexpr std::size_t kMaxBlockBytes = 1 << 20;

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
  const auto next_part = [&](std::size_t at) {
    Block part{{at, std::min(at + kPartBytes, stretch.end)}, sequences.size()};
    append_repeats(input, part.stretch.begin, part.stretch.end, distance, sequences);
    count_symbols(input.data() + at, std::span(sequences).subspan(part.sequence_begin),
                  part.counts);
    // Without another part it is compared with nothing.
    if (stretch.bytes() > kPartBytes) part.bits = block_bits(part.counts, part.stretch.bytes());
    return part;
  };
  Block open = next_part(stretch.begin);
  while (open.stretch.end < stretch.end) {
    const Block part = next_part(open.stretch.end);
    Block both{
        {open.stretch.begin, part.stretch.end}, open.sequence_begin, sum(open.counts, part.counts)};
    both.bits = block_bits(both.counts, both.stretch.bytes());
    const bool join = both.bits <= open.bits + part.bits && both.stretch.bytes() <= kMaxBlockBytes;
    if (!join) close(input, open, part.sequence_begin, LastBlock::kNo, out, trace);
    open = join ? both : part;
  }
  close(input, open, sequences.size(), last, out, trace);
}

std::size_t RepeatEncoder::estimate(std::span<const std::byte> input, Stretch stretch,
                                    std::size_t distance) {
  SymbolCounts all;
  const bool several = stretch.bytes() > kPartBytes;
  double bits_in_parts = 0;
  for (std::size_t at = stretch.begin; at < stretch.end;) {
    const std::size_t end = std::min(at + kPartBytes, stretch.end);
    SymbolCounts part;
    sequences_.clear();
    append_repeats(input, at, end, distance, sequences_);
    count_symbols(input.data() + at, sequences_, part);
    if (several) bits_in_parts += block_bits(part, end - at);
    all = sum(all, part);
    at = end;
  }
  if (is_noise(all, stretch.bytes())) return stretch.bytes();
  // Real codes once; what codes of its own for each part would save, by entropy.
  const double saved =
      several ? std::min(1.0, bits_in_parts / block_bits(all, stretch.bytes())) : 1.0;
  all.literals[kEndOfBlock] = 1;
  const auto coded_bytes = static_cast<double>(BlockCodes(all).bits()) / 8;
  return std::min(stretch.bytes(), static_cast<std::size_t>(coded_bytes * saved));
}

}  // namespace h5pave
