// What programs did with datasets: which boxes they read and wrote, how often, in which order, at
// what cost. Small whatever the programs did: boxes and datasets beyond a limit are counted with
// others. Sums of processes, ranks and runs.
//
// Called by access_recorder (makes them), profile_text and profile_file (keep them), the plugin and
// the h5pave command (use them). Thread rule: values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/access_pattern.h"
#include "advisor/index_rules.h"
#include "advisor/index_size.h"

namespace h5pave {

/// Calls that read or wrote boxes of one size. Counts saturate.
struct RecordedAccess {
  AccessKind kind = AccessKind::kRead;
  std::vector<std::uint64_t> lengths;  ///< Elements per dimension, or kWholeDimension.
  std::uint64_t repeats = 1;           ///< Such boxes per call, at places of their own.
  std::vector<std::uint64_t> start;    ///< Of the first box seen.
  std::uint64_t calls = 0;
  std::uint64_t begun = 0;          ///< Calls without one before them to compare with.
  std::uint64_t followed = 0;       ///< Calls whose box lies behind that of the call before.
  std::uint64_t aligned = 0;        ///< Calls whose box starts at a multiple of its lengths.
  std::uint64_t moved = 0;          ///< Calls whose box starts elsewhere than at the origin.
  std::uint64_t bytes_wanted = 0;   ///< Of the elements selected, as stored in the file, decoded.
  std::uint64_t bytes_touched = 0;  ///< Of the chunks that hold them, decoded.
  double seconds = 0;               ///< In these calls.
};

/// All datasets of one path pattern and one rank.
struct RecordedDataset {
  std::string pattern;  ///< path_pattern() of their paths.
  ChunkedShape shape;   ///< Of the one seen last; `chunk` is empty where it is not chunked.
  Filters filters = Filters::kNone;
  std::vector<RecordedAccess> accesses;  ///< As they were seen first.
};

struct AccessProfile {
  std::uint64_t processes = 0;  ///< Whose accesses are in it.
  std::uint64_t left_out = 0;   ///< Datasets that found no room; a lower bound.
  std::vector<RecordedDataset> datasets;
};

/// The limits: a profile takes at most a few MiB, usually a few KiB.
inline constexpr std::size_t kMostRecordedDatasets = 512;
inline constexpr std::size_t kMostBoxesPerKind = 12;  ///< Per dataset, read and written each.

/// The place for accesses like `sample` (kind, lengths, repeats, start) in `dataset`: the same
/// access, or a new one, or when there is no room the one most alike.
RecordedAccess& access_like(RecordedDataset& dataset, const RecordedAccess& sample);

/// Adds the counts of `more` to `sum`; lengths and start stay.
void add_counts(RecordedAccess& sum, const RecordedAccess& more);

/// The record of a pattern and rank, or null.
RecordedDataset* find_dataset(AccessProfile& profile, std::string_view pattern, std::size_t rank);
const RecordedDataset* find_dataset(const AccessProfile& profile, std::string_view pattern,
                                    std::size_t rank);

/// Adds all of `more` to `sum`.
void merge(AccessProfile& sum, const AccessProfile& more);

/// The access that `record` stands for, as the cost model wants it, weighted by calls. Two boxes
/// where part of the calls went in order and part did not.
std::vector<AccessBox> boxes_of(const RecordedAccess& record);

/// All of a dataset's accesses, for `source` (the profile's name, for people).
AccessSpec recorded_spec(const RecordedDataset& dataset, std::string_view source);

/// Decoded bytes of chunks touched per byte wanted; 1 where nothing was wanted.
double amplification(const RecordedAccess& record);

}  // namespace h5pave
