#include "encode/segment_choice.h"

#include <algorithm>

namespace h5pave {

const Choice& StretchOptions::smallest() const {
  return *std::ranges::min_element(choices, {}, &Choice::bytes);
}

std::vector<StretchOptions> in_parts(const StretchOptions& options, std::size_t most,
                                     std::size_t least_bytes) {
  const Stretch whole = options.choices.front().segment.stretch;
  const std::size_t count = std::clamp<std::size_t>(whole.bytes() / least_bytes, 1, most);
  const auto border = [&](std::size_t i) { return whole.begin + whole.bytes() * i / count; };
  std::vector<StretchOptions> parts(count, options);
  for (std::size_t i = 0; i < count; ++i) {
    for (Choice& choice : parts[i].choices) {
      choice.segment.stretch = {border(i), border(i + 1)};
      choice.bytes /= static_cast<double>(count);
      choice.nanoseconds /= static_cast<double>(count);
    }
    parts[i].stock_bytes /= static_cast<double>(count);
  }
  return parts;
}

std::vector<const Choice*> choose(std::span<const StretchOptions> all, double budget_bytes) {
  struct Offer {
    std::size_t segment;
    const Choice* choice;
    double lost_bytes;
    double saved_nanoseconds;
  };
  std::vector<const Choice*> taken;
  std::vector<Offer> offers;
  for (const StretchOptions& options : all) {
    const Choice& smallest = options.smallest();
    for (const Choice& choice : options.choices) {
      const double saved = smallest.nanoseconds - choice.nanoseconds;
      if (saved > 0)
        offers.push_back({taken.size(), &choice, choice.bytes - smallest.bytes, saved});
    }
    taken.push_back(&smallest);
  }
  std::vector<double> lost(taken.size(), 0);
  // Equal ones in the order of the input, to be neighbours.
  std::ranges::stable_sort(
      offers, {}, [](const Offer& offer) { return offer.lost_bytes / offer.saved_nanoseconds; });
  for (const Offer& offer : offers) {
    const double more_lost = offer.lost_bytes - lost[offer.segment];
    const bool faster = offer.choice->nanoseconds < taken[offer.segment]->nanoseconds;
    if (!faster || more_lost > budget_bytes) continue;
    budget_bytes -= more_lost;
    lost[offer.segment] = offer.lost_bytes;
    taken[offer.segment] = offer.choice;
  }
  return taken;
}

std::vector<Segment> joined(std::span<const Choice* const> taken) {
  std::vector<Segment> segments;
  for (const Choice* const choice : taken) {
    const Segment& next = choice->segment;
    const auto alike = [&next](const Segment& before) {
      return before.method == next.method && before.engine == next.engine &&
             before.distance == next.distance;
    };
    if (!segments.empty() && alike(segments.back())) {
      segments.back().stretch.end = next.stretch.end;
    } else {
      segments.push_back(next);
    }
  }
  return segments;
}

double total_bytes(std::span<const Choice* const> taken) {
  double bytes = 0;
  for (const Choice* const choice : taken) bytes += choice->bytes;
  return bytes;
}

double stock_bytes(std::span<const StretchOptions> all, std::span<const Choice* const> taken) {
  double bytes = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bytes += all[i].stock_bytes == 0 ? taken[i]->bytes : all[i].stock_bytes;
  }
  return bytes;
}

}  // namespace h5pave
