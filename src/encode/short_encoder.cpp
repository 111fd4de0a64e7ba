#include "encode/short_encoder.h"

#include <algorithm>

#include "encode/block_size.h"
#include "encode/repeat_finder.h"

namespace h5pave {

namespace {

// Shares of the size so far.
constexpr double kNearlyNothing = 0.01;  // Of the stretch: not worth a search.
constexpr double kWorthCounting = 0.002;

SymbolCounts counts_of(const std::byte* bytes, std::span<const Sequence> sequences) {
  SymbolCounts counts;
  count_symbols(bytes, sequences, counts);
  return counts;
}

}  // namespace

void ShortEncoder::encode(std::span<const std::byte> input, Stretch stretch, LastBlock last,
                          BitWriter& out, StreamTrace& trace) {
  const auto bytes = input.subspan(stretch.begin, stretch.bytes());
  Sequences& sequences = trace.sequences;
  const std::size_t begin = sequences.size();
  append_repeats(input, stretch.begin, stretch.end, 1, sequences);
  SymbolCounts counts = counts_of(bytes.data(), std::span(sequences).subspan(begin));
  double bits = block_bits(counts, bytes.size());
  const auto take_other_if_smaller = [&] {
    const SymbolCounts other = counts_of(bytes.data(), other_);
    const double other_bits = block_bits(other, bytes.size());
    if (other_bits >= bits) return;
    bits = other_bits;
    counts = other;
    sequences.resize(begin);
    sequences.insert(sequences.end(), other_.begin(), other_.end());
  };
  const double nearly_nothing = kNearlyNothing * 8 * static_cast<double>(bytes.size());
  if (bits > nearly_nothing) {
    const std::size_t period = find_period(input, stretch.begin + bytes.size() / 2);
    if (period > 1) {
      other_.clear();
      append_repeats(input, stretch.begin, stretch.end, period, other_);
      take_other_if_smaller();
    }
  }
  if (bits > nearly_nothing) {
    other_.clear();
    const double average = bits / static_cast<double>(bytes.size());
    const double literal_bits = std::max(average, std::min(2.5 * average, 3.0));
    const double saved = matches_.append_matches(input, stretch, literal_bits, other_);
    if (saved > bits * kWorthCounting) take_other_if_smaller();
  }
  trace.blocks.push_back({stretch.begin, begin, sequences.size()});
  write_block(bytes, trace.of(trace.blocks.back()), counts, last, out);
}

}  // namespace h5pave
