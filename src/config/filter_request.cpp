#include "config/filter_request.h"

#include <algorithm>

#include "config/text.h"

namespace h5pave {

namespace {

using Kind = FilterStep::Kind;

FilterSteps shuffled_deflate(unsigned level) {
  return {{Kind::kShuffle, 0}, {Kind::kDeflate, level}};
}

std::optional<FilterRequest> parse_preset(std::string_view word) {
  if (word == "keep" || word == "none") return FilterRequest{};
  if (word == "fast") return FilterRequest{shuffled_deflate(1), false};
  if (word == "balanced") return FilterRequest{shuffled_deflate(4), false};
  if (word == "max") return FilterRequest{shuffled_deflate(9), false};
  if (word == "auto") return FilterRequest{shuffled_deflate(4), true};
  return std::nullopt;
}

std::optional<FilterStep> parse_step(std::string_view word) {
  constexpr std::string_view kDeflate = "deflate:";
  if (word == "shuffle") return FilterStep{Kind::kShuffle, 0};
  if (word == "fletcher32") return FilterStep{Kind::kFletcher32, 0};
  if (!word.starts_with(kDeflate) || word.size() != kDeflate.size() + 1) return std::nullopt;
  const char level = word.back();
  if (level < '0' || level > '9') return std::nullopt;
  return FilterStep{Kind::kDeflate, static_cast<unsigned>(level - '0')};
}

bool has(const FilterSteps& steps, Kind kind) {
  return std::any_of(steps.begin(), steps.end(),
                     [kind](const FilterStep& step) { return step.kind == kind; });
}

}  // namespace

std::optional<FilterRequest> parse_filter_request(std::string_view text) {
  if (auto preset = parse_preset(text)) return preset;
  FilterRequest request;
  for (const std::string_view word : split(text, ',')) {
    const auto step = parse_step(trim(word));
    // Nothing may follow a checksum: it is to guard what is stored.
    if (!step || has(request.steps, step->kind) || has(request.steps, Kind::kFletcher32))
      return std::nullopt;
    request.steps.push_back(*step);
  }
  return request;
}

}  // namespace h5pave
