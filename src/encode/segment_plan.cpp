#include "encode/segment_plan.h"

#include <algorithm>
#include <limits>

#include "encode/repeat_finder.h"

namespace h5pave {

namespace {

// Below this a trial costs as much as it saves: the search takes the whole input.
constexpr std::size_t kMinPlannedBytes = 16384;
constexpr std::size_t kMinSegmentBytes = 8192;
// Longer stretches are judged in parts.
constexpr std::size_t kMaxSegmentBytes = 524288;
constexpr std::size_t kPieceBytes = 32768;
constexpr std::size_t kLongPieceBytes =
    131072;  // Where the search is slow and its size matters most.
constexpr unsigned kSlowLevel = 8;
constexpr std::size_t kBytesPerPiece = 262144;
constexpr std::size_t kMaxPieces = 2;

constexpr std::size_t kLookBytes = 8192;

// Shares of the segment's bytes.
constexpr double kNoGain = 0.995;        // Not worth codes.
constexpr double kNearlyNothing = 0.01;  // Not worth a search.
constexpr double kNoisy = 0.85;          // Matches are rare, and may be far away.
constexpr double kPeriodic = 0.1;        // Matches like these may have a period.

// In a trial a search meets less history than in the whole: what it gains there over repeats is so
// much more in the end.
constexpr double kHistoryGain = 0.15;
// An engine finds more than the probe, which tries one place only.
constexpr double kEngineGain = 1.15;
// Of zlib's share in a trial: what is below on a piece is below on the whole.
constexpr double kSurelySmaller = 0.99;

// A rest is kept for what trials do not see. zlib's level 1 comes close to level 4 where matches
// are rare, so that there is less to give; planes that are repeats and codes alone bring a lead
// over zlib.
double budget_share(unsigned level, DeflateMode mode, Planes planes) {
  switch (mode) {
    case DeflateMode::kSmall:
      return 0;
    case DeflateMode::kFast:
      return 0.05;
    default:
      break;
  }
  if (level == 1) return 0.003;
  return planes == Planes::kYes ? 0.013 : 0.010;
}

// Nanoseconds per byte, measured.
double repeats_cost(double share) { return 0.3 + 2.5 * share; }
constexpr double kStoreCost = 0.1;

std::vector<Stretch> pieces_of(Stretch stretch, std::size_t piece_bytes) {
  const std::size_t count =
      std::clamp<std::size_t>(stretch.bytes() / kBytesPerPiece, 1, kMaxPieces);
  const std::size_t bytes = std::min(piece_bytes, stretch.bytes() / count);
  std::vector<Stretch> pieces;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t middle = stretch.begin + stretch.bytes() * (2 * i + 1) / (2 * count);
    pieces.push_back({middle - bytes / 2, middle - bytes / 2 + bytes});
  }
  return pieces;
}

void append_parts(Stretch stretch, std::vector<Stretch>& parts) {
  const std::size_t count = std::max<std::size_t>(1, stretch.bytes() / kMaxSegmentBytes);
  for (std::size_t i = 0; i < count; ++i) {
    parts.push_back({stretch.begin + stretch.bytes() * i / count,
                     stretch.begin + stretch.bytes() * (i + 1) / count});
  }
}

// One stretch per plane, the bytes of no plane with the last one; long ones in parts.
std::vector<Stretch> stretches_of(std::size_t bytes, PlaneLayout layout) {
  std::vector<Stretch> parts;
  if (layout.count < 2 || layout.bytes < kMinSegmentBytes) {
    append_parts({0, bytes}, parts);
    return parts;
  }
  for (std::size_t plane = 0; plane < layout.count; ++plane) {
    const bool last = plane + 1 == layout.count;
    append_parts({plane * layout.bytes, last ? bytes : (plane + 1) * layout.bytes}, parts);
  }
  return parts;
}

}  // namespace

SegmentPlanner::SegmentPlanner(unsigned level, DeflateMode mode, Planes planes)
    : level_(level), mode_(mode), budget_share_(budget_share(level, mode, planes)) {}

bool SegmentPlanner::thorough() const {
  return mode_ == DeflateMode::kSmall || level_ >= kSlowLevel;
}

double SegmentPlanner::repeats_share(Input input, std::span<const Stretch> pieces,
                                     std::size_t distance) {
  std::size_t bytes = 0;
  std::size_t repeats = 0;
  for (const Stretch piece : pieces) {
    bytes += piece.bytes();
    repeats += repeats_.estimate(input, piece, distance);
  }
  return std::min(1.0, static_cast<double>(repeats) / static_cast<double>(bytes));
}

// Size by the search as a share, from what matches save on the start of the pieces.
double SegmentPlanner::probed_share(Input input, Stretch stretch, std::span<const Stretch> pieces,
                                    double repeats) {
  double bits = 0;
  double saved = 0;
  for (Stretch piece : pieces) {
    piece.end = std::min(piece.end, piece.begin + kLookBytes);
    bits += 8 * static_cast<double>(piece.bytes());
    saved += probe_.saved_bits(input, stretch.begin, piece, 8 * repeats);
  }
  return repeats - saved / bits * kEngineGain;
}

// A short look, which in a plane often shows that matches are accidents.
bool SegmentPlanner::search_is_hopeless(Input input, Stretch piece, double repeats,
                                        DeflateEngine& engine) {
  if (repeats < kPeriodic) return false;  // Then a full trial costs little.
  piece.end = std::min(piece.end, piece.begin + kLookBytes);
  const double worthwhile = repeats >= kNoisy ? 0.985 : 1.03;
  const auto search = engine.trial(input.subspan(piece.begin, piece.bytes()));
  return static_cast<double>(search) >=
         worthwhile * static_cast<double>(repeats_.estimate(input, piece, 1));
}

double SegmentPlanner::trial_share(Input input, std::span<const Stretch> pieces,
                                   DeflateEngine& engine) {
  double tried = 0;
  double deflated = 0;
  for (const Stretch piece : pieces) {
    tried += static_cast<double>(piece.bytes());
    deflated += static_cast<double>(engine.trial(input.subspan(piece.begin, piece.bytes())));
  }
  return std::min(1.0, deflated / tried);
}

double SegmentPlanner::stock_share(Input input, std::span<const Stretch> pieces) {
  double tried = 0;
  double deflated = 0;
  for (const Stretch piece : pieces) {
    const auto out = scratch_.take(stock_bound(piece.bytes()));
    tried += static_cast<double>(piece.bytes());
    deflated +=
        static_cast<double>(stock_deflate(input.subspan(piece.begin, piece.bytes()), level_, out));
  }
  return deflated / tried;
}

// The engine to search with: the smallest in a trial; in DeflateMode::kSmall the fastest that is
// surely smaller than zlib, if there is one, and none where repeats are no larger than zlib.
std::optional<SegmentPlanner::EngineShare> SegmentPlanner::engine_by_trial(
    Input input, std::span<const Stretch> pieces, double repeats,
    std::span<DeflateEngine> engines) {
  const bool small = mode_ == DeflateMode::kSmall;
  const double stock = small ? stock_share(input, pieces) : 0;
  if (small && stock >= repeats) return std::nullopt;
  const double enough = stock * kSurelySmaller;
  EngineShare best{0, std::numeric_limits<double>::max()};
  for (std::size_t i = 0; i < engines.size() && best.share > enough; ++i) {
    const double share = trial_share(input, pieces, engines[i]);
    if (share < best.share) best = {i, share};
  }
  return best;
}

std::optional<SegmentPlanner::EngineShare> SegmentPlanner::best_search(
    Input input, Stretch stretch, std::span<const Stretch> pieces, double repeats,
    std::span<DeflateEngine> engines) {
  if (thorough()) return engine_by_trial(input, pieces, repeats, engines);
  // Where matches are rare, the better search finds what the faster one misses.
  const std::size_t engine = repeats >= kNoisy ? engines.size() - 1 : 0;
  double share = trial_share(input, pieces, engines[engine]);
  share -= std::max(0.0, repeats - share) * kHistoryGain;
  if (repeats >= kNoisy) share = std::min(share, probed_share(input, stretch, pieces, repeats));
  return EngineShare{engine, share};
}

SegmentPlanner::Choices SegmentPlanner::choices(Input input, Stretch stretch, Planes planes,
                                                std::span<DeflateEngine> engines) {
  const auto bytes = static_cast<double>(stretch.bytes());
  const auto pieces =
      pieces_of(stretch, thorough() ? kLongPieceBytes : std::min(kPieceBytes, stretch.bytes() / 2));
  const double repeats = repeats_share(input, pieces, 1);
  Choices result;
  if (repeats >= kNoGain) {
    result.push_back({{stretch, Method::kStore}, bytes, bytes * kStoreCost});
  } else {
    result.push_back({{stretch, Method::kRepeats}, bytes * repeats, bytes * repeats_cost(repeats)});
  }
  if (repeats <= kNearlyNothing && mode_ != DeflateMode::kSmall) return result;
  const bool hopeless = planes == Planes::kYes && !thorough() &&
                        search_is_hopeless(input, pieces.front(), repeats, engines.back()) &&
                        (repeats < kNoisy || probed_share(input, stretch, pieces, repeats) >=
                                                 repeats * (1 - budget_share_));
  if (hopeless) return result;
  const auto search = best_search(input, stretch, pieces, repeats, engines);
  if (!search) return result;
  const auto [engine, share] = *search;
  result.push_back({{stretch, Method::kSearch, 1, engine},
                    bytes * share,
                    bytes * engines[engine].cost_per_byte(share)});
  if (share >= std::min(kPeriodic, repeats)) return result;
  const Stretch piece = pieces.front();
  if (const auto period = find_period(input, piece.begin + piece.bytes() / 2); period > 1) {
    const double periodic = repeats_share(input, pieces, period);
    result.push_back(
        {{stretch, Method::kRepeats, period}, bytes * periodic, bytes * repeats_cost(periodic)});
  }
  return result;
}

// The smallest choice of each segment, but faster ones as long as there is a budget for what they
// lose, those first that save most time for a lost byte.
std::vector<Segment> SegmentPlanner::chosen(const std::vector<Choices>& all) const {
  struct Offer {
    std::size_t segment;
    const Choice* choice;
    double lost_bytes;
    double saved_nanoseconds;
  };
  std::vector<const Choice*> taken;
  std::vector<Offer> offers;
  double budget = 0;
  for (const Choices& choices : all) {
    const Choice& smallest = *std::ranges::min_element(choices, {}, &Choice::bytes);
    for (const Choice& choice : choices) {
      const double saved = smallest.nanoseconds - choice.nanoseconds;
      if (saved > 0)
        offers.push_back({taken.size(), &choice, choice.bytes - smallest.bytes, saved});
    }
    taken.push_back(&smallest);
    budget += smallest.bytes * budget_share_;
  }
  std::vector<double> lost(taken.size(), 0);
  std::ranges::sort(offers, {},
                    [](const Offer& offer) { return offer.lost_bytes / offer.saved_nanoseconds; });
  for (const Offer& offer : offers) {
    const double more_lost = offer.lost_bytes - lost[offer.segment];
    const bool faster = offer.choice->nanoseconds < taken[offer.segment]->nanoseconds;
    if (!faster || more_lost > budget) continue;
    budget -= more_lost;
    lost[offer.segment] = offer.lost_bytes;
    taken[offer.segment] = offer.choice;
  }
  std::vector<Segment> segments;
  for (const Choice* const choice : taken) segments.push_back(choice->segment);
  return segments;
}

std::vector<Segment> SegmentPlanner::plan(Input input, PlaneLayout layout,
                                          std::span<DeflateEngine> engines) {
  if (input.size() < kMinPlannedBytes) {
    return {{{0, input.size()}, Method::kSearch, 1, engines.size() - 1}};
  }
  const Planes planes = layout.count > 1 ? Planes::kYes : Planes::kNo;
  std::vector<Choices> all;
  for (const Stretch stretch : stretches_of(input.size(), layout)) {
    all.push_back(choices(input, stretch, planes, engines));
  }
  std::vector<Segment> joined;
  for (const Segment& next : chosen(all)) {
    const auto alike = [&next](const Segment& before) {
      return before.method == next.method && before.engine == next.engine &&
             before.distance == next.distance;
    };
    if (!joined.empty() && alike(joined.back())) {
      joined.back().stretch.end = next.stretch.end;
    } else {
      joined.push_back(next);
    }
  }
  return joined;
}

std::size_t SegmentPlanner::max_segments(std::size_t bytes) { return 1 + bytes / kMinSegmentBytes; }

}  // namespace h5pave
