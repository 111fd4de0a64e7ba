// The ways in which each stretch of an input may be deflated, and the choice among them. Filled by
// the segment planner. Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "encode/repeat_encoder.h"

namespace h5pave {

/// kShort is the short encoder's, which finds out the smallest itself.
enum class Method { kStore, kRepeats, kSearch, kShort };

struct Segment {
  Stretch stretch;
  Method method;
  std::size_t distance = 1;  ///< Of repeats; of planes for the short encoder.
  std::size_t engine = 0;    ///< Of a search.
};

/// One way to do a segment, and what it would give and take.
struct Choice {
  Segment segment;
  double bytes;
  double nanoseconds;
};

/// All ways for one stretch; at least one.
struct StretchOptions {
  std::vector<Choice> choices;
  double stock_bytes = 0;  ///< What zlib would give; 0 where it was not asked.

  const Choice& smallest() const;
};

/// The same for up to `most` parts of the stretch of about equal size, none below `least_bytes` if
/// the stretch is not, so that a budget can pay for some of them.
std::vector<StretchOptions> in_parts(const StretchOptions& options, std::size_t most,
                                     std::size_t least_bytes);

/// For each stretch its smallest choice, but faster ones as long as `budget_bytes` pay for what
/// they lose together: those first that save most time for a lost byte.
std::vector<const Choice*> choose(std::span<const StretchOptions> all, double budget_bytes);

/// Their segments, neighbours that are done alike as one.
std::vector<Segment> joined(std::span<const Choice* const> taken);

double total_bytes(std::span<const Choice* const> taken);

/// What zlib would give, as far as it was asked, and what was taken elsewhere.
double stock_bytes(std::span<const StretchOptions> all, std::span<const Choice* const> taken);

}  // namespace h5pave
