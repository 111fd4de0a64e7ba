// Decides for each byte plane of a chunk how it is deflated: stored, by repeats and codes alone, or
// with a search for matches. Judged by trial on a few stretches; the same bytes always give the
// same plan. Called by the zlib stream writer. Thread rule: one object, one thread.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "encode/deflate_engine.h"
#include "encode/segment_choice.h"
#include "encode/segment_trials.h"
#include "encode/stretches.h"

namespace h5pave {

struct SegmentPlan {
  /// They cover the input in order, no two neighbours alike; none where only zlib itself keeps what
  /// the mode promises about the size.
  std::vector<Segment> segments;
  /// Where more come out, the input is not what its pieces showed, and zlib itself is to write.
  double most_bytes = std::numeric_limits<double>::max();
  /// Whether zlib may be the smaller one all the same: both are to be written, and compared.
  bool compares_with_zlib = false;
};

class SegmentPlanner {
 public:
  /// Level 1-9 as zlib counts them.
  SegmentPlanner(unsigned level, DeflateMode mode, Planes planes);

  using EngineSpan = std::span<const std::unique_ptr<DeflateEngine>>;

  /// Requires engines, fastest first; `quick` may be null.
  SegmentPlan plan(std::span<const std::byte> input, PlaneLayout layout, EngineSpan engines,
                   DeflateEngine* quick);

  /// Longer input is not done in short planes, whose copies are of three bytes at least.
  static constexpr std::size_t kMostBytesInShortPlanes = std::size_t{1} << 20;

  /// The most segments that a plan for `bytes` bytes has.
  static std::size_t max_segments(std::size_t bytes);

 private:
  using Input = std::span<const std::byte>;

  struct EngineShare {
    std::size_t engine;
    double share;
    double tried;  // As a trial gave it, or share.
  };

  bool thorough() const;
  bool searches_whole(std::size_t bytes, PlaneLayout layout) const;
  bool leaves_to_zlib(std::size_t bytes, PlaneLayout layout) const;
  bool takes_short_planes(std::size_t bytes, PlaneLayout layout) const;
  bool asks_stock() const;
  StretchOptions options(Input input, Stretch stretch, EngineSpan engines, DeflateEngine* quick);
  std::optional<EngineShare> search_in_plane(Input input, Stretch stretch,
                                             std::span<const Stretch> pieces, double repeats,
                                             EngineSpan engines);
  std::optional<EngineShare> search_anywhere(Input input, Stretch stretch,
                                             std::span<const Stretch> pieces, double repeats,
                                             double stock, EngineSpan engines);
  EngineShare best_search(Input input, std::span<const Stretch> pieces, double repeats,
                          double most_share, EngineSpan engines);
  EngineShare engine_by_trial(Input input, std::span<const Stretch> pieces, double stock,
                              EngineSpan engines);
  bool search_is_hopeless(Input input, Stretch piece, double repeats, DeflateEngine& engine);
  bool nothing_to_find(Input input, Stretch stretch, std::span<const Stretch> pieces,
                       double repeats, DeflateEngine& engine);
  double quick_share(Input input, std::span<const Stretch> pieces, double repeats,
                     const EngineShare& search, DeflateEngine& quick);
  bool asks_stock_in_doubt() const;
  bool ask_stock_for_searches(Input input, std::span<StretchOptions> all,
                              std::span<const Taken> taken);
  double budget_bytes(std::span<const StretchOptions> all) const;

  unsigned level_;
  DeflateMode mode_;
  Planes planes_;
  SegmentTrials trials_;
  double budget_share_;  // Of the estimated size, to be given away for speed.
};

}  // namespace h5pave
