#include "advisor/shape_advice.h"

#include <algorithm>
#include <cmath>

#include "advisor/library_shapes.h"
#include "advisor/saturating.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

/// Stock HDF5's smallest default chunk cache holds a dataset of this size whole: every chunk is
/// decoded once at most, whatever its shape.
constexpr std::uint64_t kUsefulChunkedBytes = kMebibyte;
/// Reading all of a contiguous dataset of this size takes some 10 ms on a local disk.
constexpr std::uint64_t kUsefulContiguousBytes = 16 * kMebibyte;
/// One step of a dataset that may grow: a few of them make a useful size.
constexpr std::uint64_t kUsefulStepBytes = kMebibyte / 4;
/// A chunk of a dataset that may as well stay at a few values: all that a wrong guess can cost.
constexpr std::uint64_t kMostUnknownBytes = kMebibyte / 16;
/// What a dataset without a limit is taken to grow to.
constexpr std::uint64_t kGrownBytes = 1024 * kMebibyte;

/// By how much another shape must be better: the model is not that exact. Contiguous datasets
/// change more for a program than their speed (H5Dget_offset tells nothing).
constexpr double kLeastGain = 1.2;
constexpr double kLeastGainOfContiguous = 2;

bool is_contiguous(const ShapeQuestion& question) { return question.shape.chunk.empty(); }

/// The shape with its unlimited dimensions as long as a profile saw them, if they are not longer
/// now.
ChunkedShape expected_shape(const ShapeQuestion& question) {
  ChunkedShape shape = question.shape;
  if (question.seen_extent.size() != shape.extent.size()) return shape;
  for (std::size_t d = 0; d < shape.extent.size(); ++d) {
    if (shape.max_extent[d] == kUnlimited)
      shape.extent[d] = std::max(shape.extent[d], question.seen_extent[d]);
  }
  return shape;
}

/// Bytes that the dataset has for sure: an unlimited dimension counts as it is now or as a profile
/// saw it, at least once.
std::uint64_t known_bytes(const ShapeQuestion& question) {
  const ChunkedShape shape = expected_shape(question);
  std::uint64_t bytes = shape.element_bytes;
  for (std::size_t d = 0; d < shape.extent.size(); ++d) {
    const std::uint64_t length = shape.extent[d] > 0                 ? shape.extent[d]
                                 : shape.max_extent[d] == kUnlimited ? 1
                                                                     : shape.max_extent[d];
    bytes = saturating_product(bytes, length);
  }
  return bytes;
}

/// The first reason against looking for a shape at all.
std::optional<ShapeReason> obstacle(const ShapeQuestion& question) {
  const std::uint64_t bytes = known_bytes(question);
  if (question.policy == ShapePolicy::kKeep) return ShapeReason::kKept;
  if (is_contiguous(question))
    return bytes < kUsefulContiguousBytes ? std::optional(ShapeReason::kTooSmall) : std::nullopt;
  if (unlimited_count(question.shape) == 0) {
    if (bytes < kUsefulChunkedBytes) return ShapeReason::kTooSmall;
  } else if (bytes < kUsefulStepBytes && question.policy == ShapePolicy::kAuto) {
    return ShapeReason::kSizeUnknown;
  }
  return bytes == 0 ? std::optional(ShapeReason::kTooSmall) : std::nullopt;
}

bool is_worth_it(const ShapeQuestion& question, double gain) {
  if (question.target_bytes) return true;  // the user's own words about the size
  if (is_contiguous(question) && question.gets_filters) return true;
  if (is_contiguous(question)) return gain >= kLeastGainOfContiguous;
  return question.policy == ShapePolicy::kOverride ? gain > 1 : gain >= kLeastGain;
}

double present_cost(const ShapeQuestion& question, const DatasetModel& dataset,
                    const std::vector<AccessBox>& boxes) {
  return is_contiguous(question)
             ? contiguous_cost(dataset, boxes, question.storage)
             : pattern_cost(dataset, question.shape.chunk, boxes, question.storage);
}

}  // namespace

std::optional<ShapePolicy> parse_shape_policy(std::string_view word) {
  if (word == "keep") return ShapePolicy::kKeep;
  if (word == "auto") return ShapePolicy::kAuto;
  if (word == "override") return ShapePolicy::kOverride;
  return std::nullopt;
}

std::vector<std::uint64_t> planned_extent(const ShapeQuestion& question) {
  const ChunkedShape shape = expected_shape(question);
  const unsigned unlimited = unlimited_count(shape);
  const bool seen = question.seen_extent.size() == shape.extent.size();
  std::vector<std::uint64_t> lengths = shape.extent;
  double step_bytes = static_cast<double>(shape.element_bytes);
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    if (shape.max_extent[d] == kUnlimited) continue;
    if (lengths[d] == 0) lengths[d] = shape.max_extent[d];
    step_bytes *= static_cast<double>(lengths[d]);
  }
  if (unlimited == 0) return lengths;
  if (seen) {
    for (std::uint64_t& length : lengths) length = std::max<std::uint64_t>(length, 1);
    return lengths;
  }
  const double steps = std::pow(std::max(1.0, static_cast<double>(kGrownBytes) / step_bytes),
                                1.0 / static_cast<double>(unlimited));
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    if (shape.max_extent[d] == kUnlimited)
      lengths[d] = std::max(lengths[d], static_cast<std::uint64_t>(steps));
  }
  return lengths;
}

DatasetModel dataset_model(const ShapeQuestion& question) {
  DatasetModel dataset;
  dataset.extent = planned_extent(question);
  dataset.element_bytes = question.shape.element_bytes;
  dataset.filters = question.gets_filters ? Filters::kSome : question.filters;
  dataset.written_part = question.written_part;
  return dataset;
}

std::vector<AccessBox> planned_boxes(const ShapeQuestion& question) {
  AccessTarget target{planned_extent(question), {}, question.shape.element_bytes};
  for (const std::uint64_t most : question.shape.max_extent)
    target.unlimited.push_back(most == kUnlimited);
  std::vector<AccessBox> boxes = boxes_for(question.access, target);
  for (AccessBox& box : boxes) {
    if (box.kind == AccessKind::kWrite && box.ranks == 1) box.ranks = question.ranks;
  }
  return boxes;
}

ByteRange planned_range(const ShapeQuestion& question, const DatasetModel& dataset,
                        const std::vector<AccessBox>& boxes) {
  const AccessSource source = question.access.preset == AccessPreset::kUnsaid
                                  ? AccessSource::kAssumed
                                  : AccessSource::kTold;
  ByteRange range = byte_range(dataset, boxes, question.storage, source, question.target_bytes);
  const bool may_stay_tiny =
      unlimited_count(question.shape) > 0 && known_bytes(question) < kUsefulStepBytes;
  if (may_stay_tiny && !question.target_bytes) {
    range.most = std::min(range.most, kMostUnknownBytes);
    range.least = std::min(range.least, range.most / 2);
    range.usual_least = std::min(range.usual_least, range.most / 2);
  }
  return range;
}

ShapeAdvice advise_shape(const ShapeQuestion& question) {
  ShapeAdvice advice;
  if (const auto reason = obstacle(question)) {
    advice.reason = *reason;
    return advice;
  }
  if (!is_contiguous(question))
    advice.chosen_by = library_default(question.shape).value_or(std::string_view{});
  const bool is_open = is_contiguous(question) || !advice.chosen_by.empty();
  if (question.policy == ShapePolicy::kAuto && !is_open) {
    advice.reason = ShapeReason::kPersonsChoice;
    return advice;
  }
  advice.boxes = planned_boxes(question);
  if (advice.boxes.empty()) {
    advice.reason = ShapeReason::kOtherRank;
    return advice;
  }
  const DatasetModel dataset = dataset_model(question);
  const ByteRange range = planned_range(question, dataset, advice.boxes);
  ChunkShape found = best_shape(dataset, advice.boxes, question.storage, range);
  advice.present_seconds = present_cost(question, dataset, advice.boxes);
  advice.chosen_seconds = pattern_cost(dataset, found, advice.boxes, question.storage);
  const bool better = is_worth_it(question, advice.present_seconds / advice.chosen_seconds);
  if (!better || found == question.shape.chunk) {
    advice.reason = ShapeReason::kGainsLittle;
    return advice;
  }
  advice.reason = ShapeReason::kChosen;
  advice.chunk = std::move(found);
  return advice;
}

std::vector<ConsideredShape> considered_shapes(const ShapeQuestion& question,
                                               const std::vector<AccessBox>& boxes) {
  const DatasetModel dataset = dataset_model(question);
  std::vector<ConsideredShape> shapes;
  const auto add = [&](std::string name, ChunkShape chunk) {
    for (std::size_t d = 0; d < chunk.size(); ++d) chunk[d] = std::min(chunk[d], dataset.extent[d]);
    const double seconds = pattern_cost(dataset, chunk, boxes, question.storage);
    shapes.push_back({std::move(name), std::move(chunk), seconds});
  };
  const double present = present_cost(question, dataset, boxes);
  shapes.push_back({"present", question.shape.chunk, present});
  add("h5py's default", h5py_shape(question.shape.extent, dataset.element_bytes));
  add("netCDF-C's default", netcdf_shape(question.shape, kNetcdfBytes));
  if (dataset.extent.size() > 1)
    add("Rew's formula", rew_shape(dataset.extent, dataset.element_bytes, kMebibyte));
  for (const auto& [preset, name] :
       {std::pair{AccessPreset::kRow, "for rows"}, std::pair{AccessPreset::kColumn, "for columns"},
        std::pair{AccessPreset::kBlock, "for blocks"}}) {
    ShapeQuestion other = question;
    other.access = AccessSpec{preset, 0, {}, {}};
    const std::vector<AccessBox> others = planned_boxes(other);
    add(name, best_shape(dataset, others, question.storage, planned_range(other, dataset, others)));
  }
  return shapes;
}

}  // namespace h5pave
