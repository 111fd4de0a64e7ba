// Which lossless filters a new dataset gets beside the program's own: the options `filter` and
// `checksum`. Never asked unless one of them is set; filters of the program are never removed or
// replaced.
//
// Called by plugin/filter_amendment.cpp; config parses the requests. Thread rule: values and pure
// functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "encode/filter_step.h"

namespace h5pave {

/// What the option `filter` asks for a dataset. No steps: its filters stay as the program says.
struct FilterRequest {
  FilterSteps steps;  ///< Shuffle's parameter is left 0: the element's bytes are not known yet.
  bool automatic = false;  ///< Chosen by h5pave: left out where it cannot be of use.
};

/// How the program wants its dataset stored.
enum class StorageKind { kChunked, kContiguous, kOther };

struct FilterQuestion {
  FilterRequest request;
  bool checksum = false;  ///< The option `checksum`.
  StorageKind storage = StorageKind::kOther;
  bool file_is_shared = false;  ///< Of an MPI job: filtered writes have rules of their own there.
  bool swmr = false;
  bool type_is_plain = false;     ///< Elements hold all of their data.
  bool allocated_early = false;   ///< Space for the whole dataset was asked for at the create.
  bool edges_unfiltered = false;  ///< The program set H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS.
  bool has_filters = false;       ///< The program's own.
  bool has_checksum = false;      ///< One of them is fletcher32.
  std::uint64_t element_bytes = 0;
  std::uint64_t chunk_bytes = 0;
};

enum class FilterReason {
  kAdded,
  kNotAsked,
  kSharedFile,
  kSwmr,
  kContiguous,
  kNotChunked,
  kTypeNotPlain,
  kAllocatedEarly,
  kEdgesUnfiltered,
  kHasFilters,
  kChunkTooSmall,
  kChunkTooLarge,
};

struct FilterAdvice {
  FilterSteps added;  ///< To follow the program's own; empty unless reason is kAdded.
  FilterReason reason = FilterReason::kNotAsked;
};

FilterAdvice advise_filters(const FilterQuestion& question);

/// As counted in the statistics: "filter:contiguous", …
std::string reason_name(FilterReason reason);

/// The reason in words, for one log line.
std::string_view explain_filters(FilterReason reason);

/// The same for one dataset, where more can be said.
std::string_view explain_filters(const FilterQuestion& question, const FilterAdvice& advice);

/// "shuffle, deflate:6", or "none".
std::string filters_text(const FilterSteps& steps);

}  // namespace h5pave
