#include "encode/segment_trials.h"

#include <algorithm>
#include <ranges>

#include "encode/deflate_engine.h"

namespace h5pave {

namespace {

// An engine finds more than the probe, which tries one place only.
constexpr double kEngineGain = 1.15;
constexpr std::size_t kProbedBytes = 8192;

}  // namespace

double SegmentTrials::repeats_share(Input input, Pieces pieces, std::size_t distance) {
  std::size_t bytes = 0;
  std::size_t repeats = 0;
  for (const Stretch piece : pieces) {
    bytes += piece.bytes();
    repeats += repeats_.estimate(input, piece, distance);
  }
  return std::min(1.0, static_cast<double>(repeats) / static_cast<double>(bytes));
}

// Size by the search as a share, from what matches save on the start of the pieces: of the last one
// alone, which has most before it, where that saves nothing.
double SegmentTrials::probed_share(Input input, Stretch stretch, std::span<const Stretch> pieces,
                                   double repeats) {
  double bits = 0;
  double saved = 0;
  for (Stretch piece : std::views::reverse(pieces)) {
    piece.end = std::min(piece.end, piece.begin + kProbedBytes);
    bits += 8 * static_cast<double>(piece.bytes());
    saved += probe_.saved_bits(input, stretch.begin, piece, 8 * repeats);
    if (saved == 0) return repeats;
  }
  return repeats - saved / bits * kEngineGain;
}

double SegmentTrials::trial_share(Input input, Pieces pieces, DeflateEngine& engine) {
  double tried = 0;
  double deflated = 0;
  for (const Stretch piece : pieces) {
    tried += static_cast<double>(piece.bytes());
    deflated += static_cast<double>(engine.trial(input.subspan(piece.begin, piece.bytes())));
  }
  return std::min(1.0, deflated / tried);
}

double SegmentTrials::stock_share(Input input, Pieces pieces) {
  double tried = 0;
  double deflated = 0;
  for (const Stretch piece : pieces) {
    const auto out = scratch_.get(stock_bound(piece.bytes()));
    tried += static_cast<double>(piece.bytes());
    deflated +=
        static_cast<double>(stock_deflate(input.subspan(piece.begin, piece.bytes()), level_, out));
  }
  return deflated / tried;
}

}  // namespace h5pave
