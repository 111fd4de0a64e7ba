// Decides for each byte plane of a chunk how it is deflated: stored, by repeats and codes alone, or
// with a search for matches. Judged by trial on a few stretches; the same bytes always give the
// same plan. Called by the zlib stream writer. Thread rule: one object, one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "encode/deflate_engine.h"
#include "encode/match_probe.h"
#include "encode/repeat_encoder.h"
#include "encode/scratch_buffer.h"

namespace h5pave {

/// What a shuffle made of the input: `count` planes of `bytes` bytes each, then bytes of no plane.
/// Count 1 where there was no shuffle.
struct PlaneLayout {
  std::size_t count;
  std::size_t bytes;
};

enum class Method { kStore, kRepeats, kSearch };

struct Segment {
  Stretch stretch;
  Method method;
  std::size_t distance = 1;  ///< Of repeats.
  std::size_t engine = 0;    ///< Of a search.
};

class SegmentPlanner {
 public:
  /// Level 1-9 as zlib counts them.
  SegmentPlanner(unsigned level, DeflateMode mode, Planes planes);

  /// Segments that cover `input` in order, no two neighbours alike. Requires engines, fastest
  /// first.
  std::vector<Segment> plan(std::span<const std::byte> input, PlaneLayout layout,
                            std::span<DeflateEngine> engines);

  /// The most segments that a plan for `bytes` bytes has.
  static std::size_t max_segments(std::size_t bytes);

 private:
  // One way to do a segment, and what it would give and take.
  struct Choice {
    Segment segment;
    double bytes;
    double nanoseconds;
  };
  using Choices = std::vector<Choice>;
  using Input = std::span<const std::byte>;

  struct EngineShare {
    std::size_t engine;
    double share;
  };

  bool thorough() const;
  Choices choices(Input input, Stretch stretch, Planes planes, std::span<DeflateEngine> engines);
  std::optional<EngineShare> best_search(Input input, Stretch stretch,
                                         std::span<const Stretch> pieces, double repeats,
                                         std::span<DeflateEngine> engines);
  std::optional<EngineShare> engine_by_trial(Input input, std::span<const Stretch> pieces,
                                             double repeats, std::span<DeflateEngine> engines);
  bool search_is_hopeless(Input input, Stretch piece, double repeats, DeflateEngine& engine);
  double trial_share(Input input, std::span<const Stretch> pieces, DeflateEngine& engine);
  double stock_share(Input input, std::span<const Stretch> pieces);
  double probed_share(Input input, Stretch stretch, std::span<const Stretch> pieces,
                      double repeats);
  double repeats_share(Input input, std::span<const Stretch> pieces, std::size_t distance);
  std::vector<Segment> chosen(const std::vector<Choices>& all) const;

  unsigned level_;
  DeflateMode mode_;
  double budget_share_;  // Of the estimated size, to be given away for speed.
  RepeatEncoder repeats_;
  MatchProbe probe_;
  ScratchBuffer scratch_;
};

}  // namespace h5pave
