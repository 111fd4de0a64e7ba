#include "profile/recorded_question.h"

#include <algorithm>

#include "profile/path_pattern.h"

namespace h5pave {

namespace {

/// What one access takes with one request and no byte moved in vain.
double least_seconds(const DatasetModel& dataset, const AccessBox& box,
                     const StorageModel& storage) {
  double bytes = static_cast<double>(dataset.element_bytes);
  for (std::size_t d = 0; d < box.lengths.size(); ++d) {
    const bool whole = box.lengths[d] == kWholeDimension;
    bytes *= static_cast<double>(whole ? dataset.extent[d]
                                       : std::min(box.lengths[d], dataset.extent[d]));
  }
  const double codec = dataset.filters == Filters::kNone ? storage.copy_bytes_per_second
                       : box.kind == AccessKind::kRead   ? storage.decode_bytes_per_second
                                                         : storage.encode_bytes_per_second;
  const auto repeats = static_cast<double>(box.repeats);
  return repeats * (storage.request_seconds + bytes / storage.bytes_per_second + bytes / codec);
}

/// Of the values, those that were written at all, or more where several datasets share the record.
double written_part(const RecordedDataset& record) {
  double whole = static_cast<double>(record.shape.element_bytes);
  for (const std::uint64_t length : record.shape.extent) whole *= static_cast<double>(length);
  double written = 0;
  for (const RecordedAccess& access : record.accesses) {
    if (access.kind == AccessKind::kWrite) written += static_cast<double>(access.bytes_wanted);
  }
  return written > 0 && written < whole ? written / whole : 1;
}

bool is_whole(const AccessBox& box) {
  return box.repeats == 1 && std::ranges::count(box.lengths, kWholeDimension) ==
                                 static_cast<std::ptrdiff_t>(box.lengths.size());
}

/// Accesses to the whole dataset count no more than half of all others together, each at its
/// cheapest: writing a dataset once must not hide what its readers want. Where a shape makes them
/// dear, they count as dear.
void balance(ShapeQuestion& question) {
  constexpr double kMostWhole = 0.5;
  std::vector<AccessBox>& boxes = question.access.boxes;
  const DatasetModel dataset = dataset_model(question);
  if (std::count(dataset.extent.begin(), dataset.extent.end(), 0U) > 0) return;
  double whole = 0;
  double others = 0;
  for (const AccessBox& box : boxes) {
    (is_whole(box) ? whole : others) += box.weight * least_seconds(dataset, box, question.storage);
  }
  if (others <= 0 || whole <= 0) return;
  const double share = kMostWhole * others / whole;
  if (!(share > 0 && share < 1)) return;
  for (AccessBox& box : boxes) {
    if (is_whole(box)) box.weight *= share;
  }
}

}  // namespace

const RecordedDataset* recorded_dataset(const AccessProfile& profile, std::string_view path,
                                        std::size_t rank) {
  const RecordedDataset* const record = find_dataset(profile, path_pattern(path), rank);
  return record == nullptr || record->accesses.empty() ? nullptr : record;
}

bool apply_profile(const AccessProfile& profile, std::string_view path, std::string_view source,
                   ShapeQuestion& question) {
  if (question.access.preset != AccessPreset::kUnsaid) return false;
  const RecordedDataset* const record =
      recorded_dataset(profile, path, question.shape.extent.size());
  if (record == nullptr) return false;
  AccessSpec spec = recorded_spec(*record, source);
  if (spec.preset == AccessPreset::kUnsaid) return false;
  question.access = std::move(spec);
  question.seen_extent = record->shape.extent;
  question.written_part = written_part(*record);
  balance(question);
  return true;
}

}  // namespace h5pave
