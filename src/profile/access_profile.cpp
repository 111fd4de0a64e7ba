#include "profile/access_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

/// So many calls must have gone elsewhere than to the origin before their alignment means anything.
constexpr std::uint64_t kConvincingMoves = 3;
constexpr std::uint64_t kConvincingSteps = 2;
/// Shares of calls that count as all and as none.
constexpr double kNearlyAll = 0.8;
constexpr double kNearlyNone = 0.2;

/// Batches hardly ever fall apart into the same number of boxes twice.
bool are_close(std::uint64_t a, std::uint64_t b) {
  const auto more = static_cast<double>(std::max(a, b));
  return (a == 1) == (b == 1) && more <= 1.25 * static_cast<double>(std::min(a, b));
}

bool is_same(const RecordedAccess& a, const RecordedAccess& b) {
  return a.kind == b.kind && a.lengths == b.lengths && are_close(a.repeats, b.repeats);
}

/// How unlike two boxes are: the logarithms of the ratios of their lengths, added up.
double distance(const RecordedAccess& a, const RecordedAccess& b) {
  constexpr double kWholeOrNot = 16;  // a ratio of 65536 when one has all of a dimension
  const auto ratio = [](std::uint64_t x, std::uint64_t y) {
    return std::abs(std::log2(static_cast<double>(x) / static_cast<double>(y)));
  };
  double sum = ratio(a.repeats, b.repeats);
  for (std::size_t d = 0; d < a.lengths.size(); ++d) {
    if (a.lengths[d] == b.lengths[d]) continue;
    const bool whole = a.lengths[d] == kWholeDimension || b.lengths[d] == kWholeDimension;
    sum += whole ? kWholeOrNot : ratio(a.lengths[d], b.lengths[d]);
  }
  return sum;
}

RecordedAccess without_counts(const RecordedAccess& sample) {
  RecordedAccess fresh;
  fresh.kind = sample.kind;
  fresh.lengths = sample.lengths;
  fresh.repeats = sample.repeats;
  fresh.start = sample.start;
  return fresh;
}

/// Of the calls that have one before them, the share that followed it.
double share_in_order(const RecordedAccess& record) {
  const std::uint64_t comparable = record.calls > record.begun ? record.calls - record.begun : 0;
  if (comparable == 0 || record.followed < kConvincingSteps) return 0;
  return std::min(1.0, static_cast<double>(record.followed) / static_cast<double>(comparable));
}

Placement placement_out_of_order(const RecordedAccess& record) {
  // Any place is a multiple of 1.
  const bool can_be_askew = std::any_of(record.lengths.begin(), record.lengths.end(),
                                        [](std::uint64_t length) { return length > 1; });
  const bool is_aligned =
      can_be_askew && record.moved >= kConvincingMoves &&
      static_cast<double>(record.aligned) >= 0.9 * static_cast<double>(record.calls);
  return is_aligned ? Placement::kAligned : Placement::kAnywhere;
}

}  // namespace

RecordedAccess& access_like(RecordedDataset& dataset, const RecordedAccess& sample) {
  std::size_t of_this_kind = 0;
  RecordedAccess* nearest = nullptr;
  double nearest_distance = std::numeric_limits<double>::infinity();
  for (RecordedAccess& known : dataset.accesses) {
    if (is_same(known, sample)) return known;
    if (known.kind != sample.kind) continue;
    ++of_this_kind;
    if (const double far = distance(known, sample); nearest == nullptr || far < nearest_distance) {
      nearest = &known;
      nearest_distance = far;
    }
  }
  if (of_this_kind >= kMostBoxesPerKind) return *nearest;
  return dataset.accesses.emplace_back(without_counts(sample));
}

void add_counts(RecordedAccess& sum, const RecordedAccess& more) {
  for (const auto count :
       {&RecordedAccess::calls, &RecordedAccess::begun, &RecordedAccess::followed,
        &RecordedAccess::aligned, &RecordedAccess::moved, &RecordedAccess::bytes_wanted,
        &RecordedAccess::bytes_touched}) {
    sum.*count = saturating_sum(sum.*count, more.*count);
  }
  sum.seconds = std::min(sum.seconds + more.seconds, std::numeric_limits<double>::max());
}

RecordedDataset* find_dataset(AccessProfile& profile, std::string_view pattern, std::size_t rank) {
  const auto known = std::find_if(
      profile.datasets.begin(), profile.datasets.end(), [&](const RecordedDataset& dataset) {
        return dataset.shape.extent.size() == rank && dataset.pattern == pattern;
      });
  return known == profile.datasets.end() ? nullptr : &*known;
}

const RecordedDataset* find_dataset(const AccessProfile& profile, std::string_view pattern,
                                    std::size_t rank) {
  return find_dataset(const_cast<AccessProfile&>(profile), pattern, rank);
}

void merge(AccessProfile& sum, const AccessProfile& more) {
  sum.processes = saturating_sum(sum.processes, more.processes);
  sum.left_out = saturating_sum(sum.left_out, more.left_out);
  for (const RecordedDataset& dataset : more.datasets) {
    RecordedDataset* known = find_dataset(sum, dataset.pattern, dataset.shape.extent.size());
    if (known == nullptr && sum.datasets.size() >= kMostRecordedDatasets) {
      sum.left_out = saturating_sum(sum.left_out, 1);
      continue;
    }
    if (known == nullptr) {
      known = &sum.datasets.emplace_back();
      known->pattern = dataset.pattern;
    }
    known->shape = dataset.shape;
    known->filters = dataset.filters;
    for (const RecordedAccess& access : dataset.accesses)
      add_counts(access_like(*known, access), access);
  }
}

std::vector<AccessBox> boxes_of(const RecordedAccess& record) {
  const auto box = [&](double calls, Placement placement) {
    return AccessBox{calls, record.lengths, record.kind, placement, record.repeats};
  };
  const auto calls = static_cast<double>(record.calls);
  const double in_order = record.repeats == 1 ? share_in_order(record) : 0;
  if (in_order >= kNearlyAll) return {box(calls, Placement::kInOrder)};
  const Placement placement = placement_out_of_order(record);
  if (in_order <= kNearlyNone) return {box(calls, placement)};
  return {box(in_order * calls, Placement::kInOrder), box((1 - in_order) * calls, placement)};
}

AccessSpec recorded_spec(const RecordedDataset& dataset, std::string_view source) {
  AccessSpec spec;
  spec.preset = AccessPreset::kBoxes;
  for (const RecordedAccess& record : dataset.accesses) {
    if (record.calls == 0) continue;
    for (AccessBox& box : boxes_of(record)) spec.boxes.push_back(std::move(box));
  }
  if (spec.boxes.empty()) spec.preset = AccessPreset::kUnsaid;
  spec.text.append(source).append(" ").append(dataset.pattern);
  return spec;
}

double amplification(const RecordedAccess& record) {
  if (record.bytes_wanted == 0) return 1;
  return static_cast<double>(record.bytes_touched) / static_cast<double>(record.bytes_wanted);
}

}  // namespace h5pave
