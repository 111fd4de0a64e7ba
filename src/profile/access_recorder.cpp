#include "profile/access_recorder.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/saturating.h"
#include "profile/path_pattern.h"
#include "profile/processor_time.h"
#include "profile/profile_file.h"
#include "report/file_pattern.h"

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

/// Tracks in memory, beyond those that handles use.
constexpr std::size_t kMostTracks = 4096;
/// Calls of a dataset that are all looked at, and the length of the stretches after them.
constexpr std::uint64_t kFirstCalls = 128;
constexpr std::uint64_t kStretch = 4;
/// The share of the program's time that recording may take, and the most calls that one stands for.
constexpr double kMostOverhead = 1.0 / 300;
constexpr double kMostWeight = 512;
/// What looking up names may take at any rate, in seconds.
constexpr double kFreeLookups = 0.005;
constexpr std::chrono::milliseconds kPatienceAtClose{200};
/// How long adding to the file takes where it was not done yet.
constexpr std::chrono::milliseconds kUsualStore{1};
/// Calls are stored in the middle of a process after so long.
constexpr std::chrono::seconds kCallsUnstored{1};

/// Lengths with kWholeDimension for dimensions that are accessed in full. What is written along an
/// unlimited dimension may be a first step of many.
Lengths recorded_lengths(const ObservedAccess& access, const Lengths& max_extent) {
  Lengths lengths = access.lengths;
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    const bool may_be_a_step = access.kind == AccessKind::kWrite && max_extent[d] == kUnlimited;
    if (lengths[d] == access.extent[d] && !may_be_a_step) lengths[d] = kWholeDimension;
  }
  return lengths;
}

/// True when a box of `lengths` is what the end of the dataset leaves of one like `known`.
bool is_cut_off(const ObservedAccess& access, const Lengths& lengths, const RecordedAccess& known) {
  if (known.kind != access.kind || known.repeats != 1 || access.repeats != 1) return false;
  bool cut = false;
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    if (lengths[d] == known.lengths[d]) continue;
    const bool at_the_end =
        access.start[d] > 0 && access.start[d] + access.lengths[d] == access.extent[d];
    if (!at_the_end || lengths[d] > known.lengths[d]) return false;
    cut = true;
  }
  return cut;
}

bool is_aligned(const ObservedAccess& access, const Lengths& lengths) {
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    if (lengths[d] != kWholeDimension && access.start[d] % lengths[d] != 0) return false;
  }
  return true;
}

bool is_at_origin(const ObservedAccess& access) {
  return std::all_of(access.start.begin(), access.start.end(),
                     [](std::uint64_t at) { return at == 0; });
}

/// True when `start` is the place behind a box: one step further along one dimension, with the
/// later dimensions begun anew or as they were.
bool follows(const Lengths& last_start, const Lengths& last_lengths, const Lengths& start,
             const Lengths& extent) {
  std::size_t d = 0;
  while (d < start.size() && start[d] == last_start[d]) ++d;
  if (d == start.size()) return false;
  if (start[d] != last_start[d] + last_lengths[d]) {
    // From the end to the origin again: the next pass.
    return std::all_of(start.begin(), start.end(), [](std::uint64_t at) { return at == 0; }) &&
           std::equal(last_start.begin(), last_start.end(), extent.begin(),
                      [&, i = std::size_t{0}](std::uint64_t at, std::uint64_t end) mutable {
                        return at + last_lengths[i++] >= end;
                      });
  }
  const auto later = static_cast<std::ptrdiff_t>(d) + 1;
  const bool as_before = std::equal(start.begin() + later, start.end(), last_start.begin() + later);
  const bool anew =
      std::all_of(start.begin() + later, start.end(), [](std::uint64_t at) { return at == 0; });
  return as_before || anew;
}

/// Decoded bytes of the chunks that hold the access.
std::uint64_t touched_bytes(const ObservedAccess& access, const ChunkedShape& shape,
                            std::uint64_t wanted) {
  if (shape.chunk.empty()) return wanted;
  std::uint64_t bytes = saturating_product(chunk_bytes(shape), access.repeats);
  for (std::size_t d = 0; d < access.start.size(); ++d) {
    const std::uint64_t first = access.start[d] / shape.chunk[d];
    const std::uint64_t last = (access.start[d] + access.lengths[d] - 1) / shape.chunk[d];
    bytes = saturating_product(bytes, last - first + 1);
  }
  return bytes;
}

/// What one call adds, not yet weighted.
RecordedAccess counted(const ObservedAccess& access, Lengths lengths, const ChunkedShape& shape) {
  RecordedAccess one;
  one.kind = access.kind;
  one.aligned = is_aligned(access, lengths) ? 1 : 0;
  one.lengths = std::move(lengths);
  one.repeats = access.repeats;
  one.start = access.start;
  one.calls = 1;
  one.moved = is_at_origin(access) ? 0 : 1;
  one.bytes_wanted = saturating_product(access.elements, shape.element_bytes);
  one.bytes_touched = touched_bytes(access, shape, one.bytes_wanted);
  one.seconds = access.seconds;
  return one;
}

void weigh(RecordedAccess& one, std::uint64_t weight) {
  for (const auto count :
       {&RecordedAccess::calls, &RecordedAccess::begun, &RecordedAccess::followed,
        &RecordedAccess::aligned, &RecordedAccess::moved, &RecordedAccess::bytes_wanted,
        &RecordedAccess::bytes_touched}) {
    one.*count = saturating_product(one.*count, weight);
  }
  one.seconds *= static_cast<double>(weight);
}

}  // namespace

AccessRecorder::AccessRecorder(std::string path)
    : path_(std::move(path)), process_id_(::getpid()), most_tracks_(kMostTracks) {
  set_due(Clock::now(), kUsualStore);
}

void AccessRecorder::forget_records() {
  profile_ = {};
  ++generation_;
}

void AccessRecorder::forget_parents_records() {
  if (process_id_ == ::getpid()) return;
  process_id_ = ::getpid();
  is_counted_ = false;
  forget_records();
}

std::shared_ptr<AccessTrack> AccessRecorder::find(const std::string& file,
                                                  const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto known = tracks_.find({file, path});
  return known == tracks_.end() ? nullptr : known->second;
}

void AccessRecorder::make_room() {
  if (tracks_.size() < most_tracks_) return;
  std::erase_if(tracks_, [](const auto& entry) { return entry.second.use_count() == 1; });
  most_tracks_ = kMostTracks + 2 * tracks_.size();
}

std::shared_ptr<AccessTrack> AccessRecorder::add(const std::string& file, const std::string& path,
                                                 ChunkedShape shape, Filters filters) {
  auto made = std::make_shared<AccessTrack>(path_pattern(path), std::move(shape), filters);
  for (AccessTrack::Sampling& sampling : made->samplings_) sampling.stretch = kFirstCalls;
  const std::lock_guard lock(mutex_);
  make_room();
  return tracks_[{file, path}] = std::move(made);
}

void AccessRecorder::end_skipping_in_time(AccessTrack::Sampling& sampling) {
  if (Clock::now() > sampling.skip_until.load()) sampling.to_skip = 0;
}

bool AccessRecorder::wants_lookup() {
  constexpr std::uint64_t kCallsPerLookAtTheClock = 8;
  const std::uint64_t missed = without_lookup_.load(std::memory_order_relaxed);
  if (missed % kCallsPerLookAtTheClock == 0) {
    const double age = std::chrono::duration<double>(Clock::now() - made_).count();
    if (lookup_seconds_ <= kFreeLookups + kMostOverhead * age) return true;
  }
  without_lookup_.store(missed + 1, std::memory_order_relaxed);
  return false;
}

void AccessRecorder::note_lookup(double seconds) { lookup_seconds_ += seconds; }

RecordedDataset* AccessRecorder::record_of(AccessTrack& track) {
  if (track.generation_ != generation_) track.last_boxes_.clear();
  const std::size_t rank = track.shape_.extent.size();
  RecordedDataset* record = find_dataset(profile_, track.pattern_, rank);
  if (record == nullptr && profile_.datasets.size() >= kMostRecordedDatasets) {
    if (track.generation_ != generation_) ++profile_.left_out;
    track.generation_ = generation_;
    return nullptr;
  }
  track.generation_ = generation_;
  if (record == nullptr) {
    record = &profile_.datasets.emplace_back();
    record->pattern = track.pattern_;
  }
  record->filters = track.filters_;
  record->shape = track.shape_;
  return record;
}

void AccessRecorder::note(AccessTrack& track, const ObservedAccess& access,
                          Clock::time_point returned) {
  const std::lock_guard lock(mutex_);
  forget_parents_records();
  track.shape_.extent = access.extent;
  RecordedDataset* const record = record_of(track);
  if (record == nullptr) return;
  const std::uint64_t missed = without_lookup_.exchange(0);
  if (missed > 0) track.last_boxes_.clear();
  RecordedAccess one =
      counted(access, recorded_lengths(access, track.shape_.max_extent), track.shape_);
  for (const RecordedAccess& known : record->accesses) {
    if (is_cut_off(access, one.lengths, known)) one.lengths = known.lengths;
  }
  RecordedAccess& sum = access_like(*record, one);
  const auto place = static_cast<std::size_t>(&sum - record->accesses.data());
  if (track.last_boxes_.size() <= place) track.last_boxes_.resize(place + 1);
  auto& last = track.last_boxes_[place];
  one.begun = last ? 0 : 1;
  one.followed = last && follows(last->start, last->lengths, access.start, access.extent) ? 1 : 0;
  last = AccessTrack::LastBox{access.start, access.lengths};

  AccessTrack::Sampling& sampling = track.samplings_.at(access.kind == AccessKind::kRead ? 0 : 1);
  if (const std::uint64_t skipped = sampling.skipped.exchange(0); skipped > 0)
    sampling.weight = 1 + (skipped + kStretch / 2) / kStretch;
  if (sampling.spent == 0) sampling.begin = returned;
  weigh(one, saturating_sum(sampling.weight, missed));
  add_counts(sum, one);
  sampling.spent += std::chrono::duration<double>(Clock::now() - returned).count();
  if (--sampling.stretch == 0) end_stretch(track, sampling);
}

void AccessRecorder::end_stretch(AccessTrack& track, AccessTrack::Sampling& sampling) {
  const Clock::duration took = Clock::now() - sampling.begin;
  const double seconds = std::max(std::chrono::duration<double>(took).count(), 1e-9);
  const double share = sampling.spent / (kMostOverhead * seconds);
  sampling.weight = 1;
  sampling.stretch = kStretch;
  sampling.spent = 0;
  if (share <= 1) return;
  // Between here and the next one looked at, nobody knows what follows what.
  track.last_boxes_.clear();
  const double stretches = std::ceil(std::min(share, kMostWeight));
  sampling.skip_until.store(Clock::now() +
                            std::chrono::duration_cast<Clock::duration>(2 * stretches * took));
  sampling.to_skip = kStretch * static_cast<std::uint64_t>(stretches);
}

AccessProfile AccessRecorder::take_records() {
  const std::lock_guard lock(mutex_);
  forget_parents_records();
  if (profile_.datasets.empty()) return {};
  profile_.processes = std::exchange(is_counted_, true) ? 0 : 1;
  AccessProfile records = std::move(profile_);
  forget_records();
  return records;
}

void AccessRecorder::give_back(AccessProfile&& records) {
  const std::lock_guard lock(mutex_);
  if (records.processes > 0) is_counted_ = false;
  records.processes = 0;
  merge(records, profile_);
  profile_ = std::move(records);
  ++generation_;  // the accesses have other places now
}

void AccessRecorder::set_due(Clock::time_point now, Clock::duration took) {
  const auto pause = std::chrono::duration_cast<Clock::duration>(took / kMostOverhead);
  due_[static_cast<std::size_t>(Moment::kFileClosed)].store(now + pause);
  due_[static_cast<std::size_t>(Moment::kCall)].store(
      now + std::max<Clock::duration>(pause, kCallsUnstored));
}

std::string AccessRecorder::store() {
  const std::lock_guard lock(file_mutex_);
  const AccessProfile records = take_records();
  return records.datasets.empty() ? std::string()
                                  : add_to_profile(expand_file_pattern(path_), records);
}

std::string AccessRecorder::store_if_due(Moment moment) {
  const Clock::time_point now = Clock::now();
  if (cannot_store_ || now < due_.at(static_cast<std::size_t>(moment)).load()) return {};
  const std::unique_lock lock(file_mutex_, std::try_to_lock);
  if (!lock) return {};
  AccessProfile records = take_records();
  if (records.datasets.empty()) return {};
  const Clock::duration used = processor_time();
  auto trouble =
      try_add_to_profile(expand_file_pattern(path_), records,
                         moment == Moment::kCall ? std::chrono::milliseconds(0) : kPatienceAtClose);
  const Clock::time_point end = Clock::now();
  set_due(end, trouble ? processor_time() - used : end - now);
  if (!trouble) give_back(std::move(records));
  cannot_store_ = trouble && !trouble->empty();
  return trouble.value_or(std::string());
}

}  // namespace h5pave
