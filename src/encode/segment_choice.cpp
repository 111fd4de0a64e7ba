#include "encode/segment_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "encode/stretches.h"

namespace h5pave {

namespace {

// A smaller part gains too little.
constexpr std::size_t kMostParts = 8;

// Where the first `share` of a stretch ends; the end of all of it where a part would be too short.
std::size_t border_of(Stretch stretch, double share) {
  const auto head =
      static_cast<std::size_t>(std::floor(static_cast<double>(stretch.bytes()) * share));
  const std::size_t least = std::max(kMinSegmentBytes, stretch.bytes() / kMostParts);
  const bool long_enough = head >= least && stretch.bytes() - head >= kMinSegmentBytes;
  return long_enough ? stretch.begin + head : stretch.end;
}

void append(const Segment& next, Stretch stretch, std::vector<Segment>& segments) {
  const bool alike = !segments.empty() && segments.back().method == next.method &&
                     segments.back().engine == next.engine &&
                     segments.back().distance == next.distance;
  if (alike) {
    segments.back().stretch.end = stretch.end;
  } else {
    segments.push_back(next);
    segments.back().stretch = stretch;
  }
}

}  // namespace

const Choice& StretchOptions::smallest() const {
  return *std::ranges::min_element(choices, {}, &Choice::bytes);
}

bool Taken::searches() const {
  const auto is_search = [](const Choice* of) {
    return of->segment.method == Method::kSearch || of->segment.method == Method::kQuick;
  };
  return is_search(choice) || is_search(rest);
}

double Taken::bytes() const { return choice->bytes * share + rest->bytes * (1 - share); }

std::vector<Taken> choose(std::span<const StretchOptions> all, double budget_bytes) {
  struct Offer {
    std::size_t stretch;
    const Choice* choice;
    double lost_bytes;
    double saved_nanoseconds;
  };
  std::vector<Taken> taken;
  std::vector<Offer> offers;
  for (const StretchOptions& options : all) {
    const Choice& smallest = options.smallest();
    for (const Choice& choice : options.choices) {
      const double saved = smallest.nanoseconds - choice.nanoseconds;
      if (saved > 0)
        offers.push_back({taken.size(), &choice, choice.bytes - smallest.bytes, saved});
    }
    taken.push_back({&smallest, &smallest});
  }
  std::vector<double> lost(taken.size(), 0);
  // Equal ones in the order of the input, to be neighbours.
  std::ranges::stable_sort(
      offers, {}, [](const Offer& offer) { return offer.lost_bytes / offer.saved_nanoseconds; });
  for (const Offer& offer : offers) {
    Taken& now = taken[offer.stretch];
    const double more_lost = offer.lost_bytes - lost[offer.stretch];
    if (!now.is_whole() || offer.choice->nanoseconds >= now.choice->nanoseconds) continue;
    const Stretch stretch = offer.choice->segment.stretch;
    const double share = more_lost <= budget_bytes ? 1 : budget_bytes / more_lost;
    if (share < 1) {
      if (!offer.choice->may_be_partial || border_of(stretch, share) == stretch.end) continue;
      now = {offer.choice, now.choice, share};
    } else {
      now = {offer.choice, offer.choice};
    }
    lost[offer.stretch] += more_lost * share;
    budget_bytes = std::max(0.0, budget_bytes - more_lost * share);
  }
  return taken;
}

std::vector<Segment> joined(std::span<const Taken> taken) {
  std::vector<Segment> segments;
  for (const Taken& now : taken) {
    const Stretch stretch = now.choice->segment.stretch;
    const std::size_t border = now.is_whole() ? stretch.end : border_of(stretch, now.share);
    append(now.choice->segment, {stretch.begin, border}, segments);
    if (border < stretch.end) append(now.rest->segment, {border, stretch.end}, segments);
  }
  return segments;
}

double total_bytes(std::span<const Taken> taken) {
  return std::accumulate(taken.begin(), taken.end(), 0.0,
                         [](double bytes, const Taken& now) { return bytes + now.bytes(); });
}

double stock_bytes(std::span<const StretchOptions> all, std::span<const Taken> taken) {
  double bytes = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bytes += all[i].stock_bytes == 0 ? taken[i].bytes() : all[i].stock_bytes;
  }
  return bytes;
}

}  // namespace h5pave
