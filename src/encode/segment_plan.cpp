#include "encode/segment_plan.h"

#include <algorithm>
#include <limits>

#include "encode/repeat_finder.h"
#include "encode/short_encoder.h"

namespace h5pave {

namespace {

// Below these a trial costs as much as it saves. In a very short input a search of another kind
// than zlib's is not sure to keep what the mode promises, and gains little.
constexpr std::size_t kMinPlannedBytes = 131072;
constexpr std::size_t kMinPlannedBytesOfOthers = 16384;  // Where zlib may be the smaller one.
constexpr std::size_t kMostBytesForZlib = 8192;
// Planes shorter than this are unlike each other and small beside what zlib takes from one for the
// next: where the size matters most, they are searched together.
constexpr std::size_t kMinThoroughPlaneBytes = 8192;
// The short encoder looks at one place for a copy, zlib's level 3 at several and far away.
constexpr std::size_t kMostShortBytesAtLevel3 = 20480;
constexpr std::size_t kPieceBytes = 32768;
constexpr std::size_t kLongPieceBytes = 131072;  // Where the size matters most.
constexpr unsigned kSlowLevel = 8;
constexpr std::size_t kMaxPieces = 2;
constexpr std::size_t kLookBytes = 8192;
constexpr std::size_t kShortPlaneBytes = 65536;  // Short looks at it show enough.

// Shares of the segment's bytes.
constexpr double kNoGain = 0.995;        // Not worth codes.
constexpr double kNearlyNothing = 0.01;  // Not worth a search.
constexpr double kNoisy = 0.85;          // Matches are rare, and may be far away.
constexpr double kRegular = 0.1;         // A full trial costs little.
constexpr double kManyMatches = 0.2;     // A better search takes little longer.

// In a trial a search meets less history than in the whole: what it gains there over repeats is so
// much more in the end.
constexpr double kHistoryGain = 0.15;
// Of what both gain over repeats, what the quick engine makes less of history; measured.
constexpr double kLostHistory = 0.05;
constexpr double kLostHistoryOfNoPlane = 0.3;
constexpr double kCaution = 1.1;
// Where the probe sees less than this share of a noisy plane to gain, it is believed without a
// trial, but raised: rare matches need a longer look.
constexpr double kSmallGain = 0.03;
constexpr double kRareMatches = 1.4;
// What the probe must save for a search to be tried at all.
constexpr double kNothingSaved = 0.9995;
// Below it zlib takes short matches from far away, which is better than its other levels where
// matches are rare.
constexpr unsigned kFirstLazyLevel = 4;
constexpr unsigned kBestGreedyLevel = 3;

// Of zlib's share in a trial: an engine that is good enough, and a plan that is not.
double enough_of_stock(unsigned level, DeflateMode mode) {
  if (mode == DeflateMode::kSmall) return 0.99;
  return level < kFirstLazyLevel ? 1.0 : 1.01;
}
double too_much_of_stock(unsigned level, DeflateMode mode) {
  if (mode == DeflateMode::kSmall) return 1.0;
  return level < kFirstLazyLevel ? 1.005 : 1.017;
}
// Of what trials promise for zlib; on the whole, with its longer history, it should be less.
constexpr double kUnlikeItsPieces = 1.015;
constexpr double kSmallBytes = 256;
// Of a search's size, what is worth a question to zlib.
constexpr double kMayPay = 1.05;
constexpr std::size_t kAskedBytes = 8192;

// A rest is kept for what trials do not see; low levels leave less to give.
double budget_share(unsigned level, DeflateMode mode) {
  switch (mode) {
    case DeflateMode::kSmall:
      return 0;
    case DeflateMode::kFast:
      // From level 5 on the engines of this mode are themselves larger than zlib.
      return level < kFirstLazyLevel ? 0.045 : level == kFirstLazyLevel ? 0.05 : 0.03;
    default:
      break;
  }
  return level < kFirstLazyLevel ? 0.003 : 0.0115;
}

// Nanoseconds per byte, measured.
double repeats_cost(double share) { return 0.3 + 2.5 * share; }
constexpr double kStoreCost = 0.1;

// A segment per plane, but one for all planes that are next to each other and of one byte alone.
std::vector<Segment> short_segments(std::span<const std::byte> input, PlaneLayout layout) {
  std::vector<Segment> segments;
  for (std::size_t begin = 0; begin < input.size();) {
    const bool last = input.size() - begin < 2 * layout.bytes;
    const std::size_t end = last ? input.size() : begin + layout.bytes;
    const bool constant = run_at_front(input.subspan(begin, end - begin)) == end - begin;
    if (constant && begin > 0 && segments.back().method == Method::kRepeats &&
        input[begin - 1] == input[begin]) {
      segments.back().stretch.end = end;
    } else {
      segments.push_back({{begin, end},
                          constant ? Method::kRepeats : Method::kShort,
                          constant ? 1 : layout.bytes});
    }
    begin = end;
  }
  return segments;
}

}  // namespace

SegmentPlanner::SegmentPlanner(unsigned level, DeflateMode mode, Planes planes)
    : level_(level),
      mode_(mode),
      planes_(planes),
      trials_(level),
      budget_share_(budget_share(level, mode)) {}

bool SegmentPlanner::thorough() const {
  return mode_ == DeflateMode::kSmall || level_ >= kSlowLevel;
}

// Without planes zlib itself is worth a trial: what searches are worth differs little from it.
bool SegmentPlanner::asks_stock() const {
  return mode_ == DeflateMode::kSmall ||
         (mode_ == DeflateMode::kBalanced && planes_ == Planes::kNo);
}

bool SegmentPlanner::takes_short_planes(std::size_t bytes, PlaneLayout layout) const {
  const bool at_level_3 = mode_ == DeflateMode::kBalanced && level_ == kBestGreedyLevel;
  const std::size_t most = at_level_3 ? kMostShortBytesAtLevel3 : ShortEncoder::kMostBytes;
  const std::size_t of_no_plane =
      bytes - layout.count * layout.bytes;  // They go with the last one.
  return mode_ != DeflateMode::kSmall && layout.bytes >= kMinPlaneBytes &&
         layout.bytes + of_no_plane <= most && bytes <= kMostBytesInShortPlanes;
}

// Pieces of planes that are too short for codes of their own would not show the whole.
bool SegmentPlanner::searches_whole(std::size_t bytes, PlaneLayout layout) const {
  if (layout.count > 1) {
    return layout.bytes < (thorough() ? kMinThoroughPlaneBytes : kMinPlaneBytes);
  }
  const bool zlib_may_be_smaller = mode_ == DeflateMode::kSmall || level_ < kFirstLazyLevel;
  return bytes < (zlib_may_be_smaller ? kMinPlannedBytesOfOthers : kMinPlannedBytes);
}

bool SegmentPlanner::leaves_to_zlib(std::size_t bytes, PlaneLayout layout) const {
  if (layout.count < 2 && level_ < kFirstLazyLevel) return mode_ != DeflateMode::kFast;
  const bool zlib_finds_more = thorough() || level_ == kBestGreedyLevel || level_ > kFirstLazyLevel;
  return bytes <= kMostBytesForZlib && zlib_finds_more;
}

// A short look, which often shows that matches are accidents.
bool SegmentPlanner::search_is_hopeless(Input input, Stretch piece, double repeats,
                                        DeflateEngine& engine) {
  if (repeats < kRegular) return false;
  piece.end = std::min(piece.end, piece.begin + kLookBytes);
  const double worthwhile = repeats >= kNoisy ? 0.985 : 1.03;
  const auto search = engine.trial(input.subspan(piece.begin, piece.bytes()));
  return static_cast<double>(search) >= worthwhile * static_cast<double>(piece.bytes()) *
                                            trials_.repeats_share(input, {&piece, 1}, 1);
}

// More than a search by what it was on the same pieces. Where these are shorter than what a search
// looks back on, or without planes, whose copies come from farther away, that is not all.
double SegmentPlanner::quick_share(Input input, std::span<const Stretch> pieces, double repeats,
                                   const EngineShare& search, DeflateEngine& quick) {
  const double tried = trials_.trial_share(input, pieces, quick);
  const double more = std::max(0.0, tried - search.tried);
  const double gain = std::max(0.0, repeats - tried);
  if (planes_ == Planes::kNo) return search.share + more + gain * kLostHistoryOfNoPlane;
  const bool short_pieces = pieces.front().bytes() < kMaxDistance;
  return search.share + (short_pieces ? more + gain * kLostHistory : more * kCaution);
}

// Two short looks, one with a search's history and one with its shortest matches.
bool SegmentPlanner::nothing_to_find(Input input, Stretch stretch, std::span<const Stretch> pieces,
                                     double repeats, DeflateEngine& engine) {
  if (repeats < kNoisy || mode_ == DeflateMode::kSmall) return false;
  Stretch look = pieces.front();
  look.end = std::min(look.end, look.begin + kLookBytes);
  const double found = trials_.trial_share(input, {&look, 1}, engine);
  return found >= trials_.repeats_share(input, {&look, 1}, 1) * kNothingSaved &&
         trials_.probed_share(input, stretch, pieces, repeats) >= repeats * kNothingSaved;
}

// The engine to search with: the fastest that comes close enough to zlib, or the smallest.
SegmentPlanner::EngineShare SegmentPlanner::engine_by_trial(Input input,
                                                            std::span<const Stretch> pieces,
                                                            double stock, EngineSpan engines) {
  const double enough = stock * enough_of_stock(level_, mode_);
  EngineShare best{0, std::numeric_limits<double>::max(), 0};
  for (std::size_t i = 0; i < engines.size() && best.share > enough; ++i) {
    const double share = trials_.trial_share(input, pieces, *engines[i]);
    if (share < best.share) best = {i, share, share};
  }
  return best;
}

SegmentPlanner::EngineShare SegmentPlanner::best_search(Input input,
                                                        std::span<const Stretch> pieces,
                                                        double repeats, double most_share,
                                                        EngineSpan engines) {
  // Where matches are rare, the better search finds what the faster one misses; where they are
  // many, it takes little longer.
  const std::size_t slowest = engines.size() - 1;
  const std::size_t engine = repeats >= kNoisy ? slowest : 0;
  const double tried = trials_.trial_share(input, pieces, *engines[engine]);
  const double share = std::min(most_share, tried - std::max(0.0, repeats - tried) * kHistoryGain);
  return {share < kManyMatches ? slowest : engine, share, tried};
}

// What a search would give in a plane; nothing where it is hopeless, or surely not worth its time.
std::optional<SegmentPlanner::EngineShare> SegmentPlanner::search_in_plane(
    Input input, Stretch stretch, std::span<const Stretch> pieces, double repeats,
    EngineSpan engines) {
  const std::size_t slowest = engines.size() - 1;
  if (repeats < kNoisy) {
    DeflateEngine& look = *engines.front();
    if (search_is_hopeless(input, pieces.front(), repeats, look)) return std::nullopt;
    return best_search(input, pieces, repeats, 1, engines);
  }
  const double probed = trials_.probed_share(input, stretch, pieces, repeats);
  const double gain = repeats - probed;
  if (gain <= repeats * budget_share_) return std::nullopt;
  if (gain <= repeats * kSmallGain)
    return EngineShare{slowest, repeats - gain * kRareMatches, repeats - gain * kRareMatches};
  return best_search(input, pieces, repeats, probed, engines);
}

// What a search would give in any input, by trials that show the size on their own.
std::optional<SegmentPlanner::EngineShare> SegmentPlanner::search_anywhere(
    Input input, Stretch stretch, std::span<const Stretch> pieces, double repeats, double stock,
    EngineSpan engines) {
  if (mode_ == DeflateMode::kFast && !thorough()) {
    const double most =
        repeats < kNoisy ? 1 : trials_.probed_share(input, stretch, pieces, repeats);
    return best_search(input, pieces, repeats, most, engines);
  }
  if (mode_ == DeflateMode::kSmall && stock >= repeats) return std::nullopt;
  return engine_by_trial(input, pieces, stock, engines);
}

StretchOptions SegmentPlanner::options(Input input, Stretch stretch, EngineSpan engines,
                                       DeflateEngine* quick) {
  const auto bytes = static_cast<double>(stretch.bytes());
  const bool short_pieces = asks_stock() || mode_ == DeflateMode::kFast;
  const std::size_t piece_bytes = short_pieces ? kPieceBytes / 2 : kPieceBytes;
  const std::size_t most_of_plane = level_ < kFirstLazyLevel             ? stretch.bytes() / 2
                                    : stretch.bytes() > kShortPlaneBytes ? stretch.bytes() / 4
                                                                         : kLookBytes;
  const std::size_t short_bytes = std::min(piece_bytes, most_of_plane);
  const auto pieces = pieces_of(stretch, thorough() ? kLongPieceBytes : short_bytes, kMaxPieces);
  const bool in_parts = mode_ == DeflateMode::kFast && planes_ == Planes::kYes;
  StretchOptions options;
  const auto add_repeats = [&](double share, std::size_t distance) {
    options.choices.push_back({{stretch, Method::kRepeats, distance},
                               bytes * share,
                               bytes * repeats_cost(share),
                               in_parts});
    return share <= kNearlyNothing && mode_ != DeflateMode::kSmall;
  };
  const double repeats = trials_.repeats_share(input, pieces, 1);
  if (repeats >= kNoGain) {
    options.choices.push_back({{stretch, Method::kStore}, bytes, bytes * kStoreCost, in_parts});
  } else if (add_repeats(repeats, 1)) {
    return options;
  }
  const Stretch piece = pieces.front();
  if (const auto period = find_period(input, piece.begin + piece.bytes() / 2); period > 1) {
    // Its first time is literals.
    const double share = trials_.repeats_share(input, pieces, period) +
                         repeats * static_cast<double>(period) / bytes;
    if (share < repeats && add_repeats(share, period)) return options;
  }
  if (asks_stock()) {
    if (nothing_to_find(input, stretch, pieces, repeats, *engines.back())) return options;
    options.stock_bytes = bytes * trials_.stock_share(input, pieces);
  }
  const auto search =
      planes_ == Planes::kYes && !thorough()
          ? search_in_plane(input, stretch, pieces, repeats, engines)
          : search_anywhere(input, stretch, pieces, repeats, options.stock_bytes / bytes, engines);
  if (!search) return options;
  if (mode_ == DeflateMode::kBalanced && level_ < kFirstLazyLevel && repeats >= kNoisy) {
    const double stock = trials_.stock_share(input, pieces);
    options.stock_bytes = bytes * (stock - std::max(0.0, repeats - stock) * kHistoryGain);
  }
  const auto [engine, share, tried] = *search;
  options.choices.push_back({{stretch, Method::kSearch, 1, engine},
                             bytes * share,
                             bytes * engines[engine]->cost_per_byte(share)});
  // Elsewhere an engine that is nearly as fast searches already.
  const bool quick_pays = mode_ == DeflateMode::kFast || (!asks_stock() && repeats >= kNoisy);
  if (quick != nullptr && quick_pays) {
    const double quicks = quick_share(input, pieces, repeats, *search, *quick);
    options.choices.push_back(
        {{stretch, Method::kQuick}, bytes * quicks, bytes * quick->cost_per_byte(quicks), true});
  }
  return options;
}

// Searches that take long for little are worth a question to zlib: where it gives more, there is
// more to be given away for speed. True where it was asked.
bool SegmentPlanner::ask_stock_for_searches(Input input, std::span<StretchOptions> all,
                                            std::span<const Taken> taken) {
  bool asked = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!taken[i].searches() || all[i].stock_bytes != 0) continue;
    const Choice& other = all[i].choices.front();
    if (other.bytes > all[i].smallest().bytes * kMayPay) continue;
    const Stretch stretch = other.segment.stretch;
    const auto pieces = pieces_of(stretch, kAskedBytes, kMaxPieces);
    const auto bytes = static_cast<double>(stretch.bytes());
    const double stock = trials_.stock_share(input, pieces);
    const double repeats = other.bytes / bytes;
    all[i].stock_bytes = bytes * (stock - std::max(0.0, repeats - stock) * kHistoryGain);
    asked = true;
  }
  return asked;
}

double SegmentPlanner::budget_bytes(std::span<const StretchOptions> all) const {
  double budget = 0;
  for (const StretchOptions& options : all) {
    const double smallest = options.smallest().bytes;
    budget += options.stock_bytes == 0
                  ? smallest * budget_share_
                  : options.stock_bytes * enough_of_stock(level_, mode_) - smallest;
  }
  return std::max(0.0, budget);
}

SegmentPlan SegmentPlanner::plan(Input input, PlaneLayout layout, EngineSpan engines,
                                 DeflateEngine* quick) {
  if (layout.count > 1 && takes_short_planes(input.size(), layout))
    return {short_segments(input, layout)};
  // Planes that zlib can reach from the next one may be alike, which no trial of one plane shows.
  const bool compares =
      mode_ == DeflateMode::kSmall && layout.count > 1 && layout.bytes <= kMaxDistance;
  if (searches_whole(input.size(), layout)) {
    if (leaves_to_zlib(input.size(), layout)) return {};
    SegmentPlan plan{{{{0, input.size()}, Method::kSearch, 1, engines.size() - 1}}};
    plan.compares_with_zlib = compares;
    return plan;
  }
  std::vector<StretchOptions> all;
  for (const Stretch stretch : stretches_of(input, layout))
    all.push_back(options(input, stretch, engines, quick));
  auto taken = choose(all, budget_bytes(all));
  if (asks_stock_in_doubt() && ask_stock_for_searches(input, all, taken))
    taken = choose(all, budget_bytes(all));
  const double stock = stock_bytes(all, taken);
  if (total_bytes(taken) > stock * too_much_of_stock(level_, mode_)) return {};
  SegmentPlan plan{joined(taken)};
  if (asks_stock()) {
    plan.most_bytes = kUnlikeItsPieces * stock + kSmallBytes;
  }
  plan.compares_with_zlib = compares;
  return plan;
}

bool SegmentPlanner::asks_stock_in_doubt() const {
  return mode_ == DeflateMode::kBalanced && planes_ == Planes::kYes && !thorough();
}

std::size_t SegmentPlanner::max_segments(std::size_t bytes) { return 1 + bytes / kMinPlaneBytes; }

}  // namespace h5pave
