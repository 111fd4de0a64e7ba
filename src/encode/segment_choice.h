// The ways in which each stretch of an input may be deflated, and the choice among them. Filled by
// the segment planner. Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "encode/repeat_encoder.h"

namespace h5pave {

/// kQuick is a search by the quick engine; kShort is the short encoder's, which finds out the
/// smallest itself.
enum class Method { kStore, kRepeats, kSearch, kQuick, kShort };

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
  bool may_be_partial = false;
};

/// All ways for one stretch; at least one.
struct StretchOptions {
  std::vector<Choice> choices;
  double stock_bytes = 0;  ///< What zlib would give; 0 where it was not asked.

  const Choice& smallest() const;
};

/// What is done with one stretch.
struct Taken {
  const Choice* choice;
  const Choice* rest;  ///< For what follows the first `share` of it; the same where that is all.
  double share = 1;

  bool is_whole() const { return choice == rest; }
  bool searches() const;
  double bytes() const;
};

/// For each stretch its smallest choice, but faster ones as long as `budget_bytes` pay for what
/// they lose together: those first that save most time for a lost byte. One that may be partial is
/// taken for the part of its stretch that the rest of the budget pays for.
std::vector<Taken> choose(std::span<const StretchOptions> all, double budget_bytes);

/// Their segments, neighbours that are done alike as one.
std::vector<Segment> joined(std::span<const Taken> taken);

double total_bytes(std::span<const Taken> taken);

/// What zlib would give, as far as it was asked, and what was taken elsewhere.
double stock_bytes(std::span<const StretchOptions> all, std::span<const Taken> taken);

}  // namespace h5pave
