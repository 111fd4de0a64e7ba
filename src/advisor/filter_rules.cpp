#include "advisor/filter_rules.h"

#include <algorithm>
#include <array>

namespace h5pave {

namespace {

using Kind = FilterStep::Kind;

/// A deflated chunk of fewer bytes gains less than its entry in the index costs.
constexpr std::uint64_t kLeastUsefulBytes = 512;
/// What deflate and HDF5's format before 2.0 hold for sure.
constexpr std::uint64_t kMostBytes = std::uint64_t{2} << 30;

bool has(const FilterSteps& steps, Kind kind) {
  return std::any_of(steps.begin(), steps.end(),
                     [kind](const FilterStep& step) { return step.kind == kind; });
}

/// What stands against any filter.
FilterReason obstacle(const FilterQuestion& question) {
  if (question.file_is_shared) return FilterReason::kSharedFile;
  if (question.swmr) return FilterReason::kSwmr;
  if (question.storage == StorageKind::kContiguous) return FilterReason::kContiguous;
  if (question.storage != StorageKind::kChunked) return FilterReason::kNotChunked;
  if (!question.type_is_plain || question.element_bytes == 0) return FilterReason::kTypeNotPlain;
  if (question.allocated_early) return FilterReason::kAllocatedEarly;
  if (question.edges_unfiltered) return FilterReason::kEdgesUnfiltered;
  if (question.chunk_bytes > kMostBytes) return FilterReason::kChunkTooLarge;
  return FilterReason::kAdded;
}

/// What stands against the option `filter` alone.
FilterReason filter_obstacle(const FilterQuestion& question) {
  if (question.request.steps.empty()) return FilterReason::kNotAsked;
  if (question.has_filters) return FilterReason::kHasFilters;
  if (question.request.automatic && question.chunk_bytes < kLeastUsefulBytes)
    return FilterReason::kChunkTooSmall;
  return FilterReason::kAdded;
}

/// The steps asked for, for elements of that size: shuffling single bytes does nothing.
FilterSteps steps_for(const FilterRequest& request, std::uint64_t element_bytes) {
  FilterSteps steps;
  for (FilterStep step : request.steps) {
    if (step.kind == Kind::kShuffle && element_bytes == 1) continue;
    if (step.kind == Kind::kShuffle) step.parameter = static_cast<unsigned>(element_bytes);
    steps.push_back(step);
  }
  return steps;
}

struct Words {
  FilterReason reason;
  std::string_view name;
  std::string_view text;
};

constexpr std::array kWords{
    Words{FilterReason::kAdded, "added", "as the options filter and checksum ask"},
    Words{FilterReason::kNotAsked, "not_asked", "no option asks for more"},
    Words{FilterReason::kSharedFile, "mpi_file", "files of MPI jobs are left as they are"},
    Words{FilterReason::kSwmr, "swmr", "files opened for SWMR are left as they are"},
    Words{FilterReason::kContiguous, "contiguous",
          "filters need chunks, and contiguous storage gets them only where option chunk (auto, "
          "override) gives it some"},
    Words{FilterReason::kNotChunked, "not_chunked", "filters need chunks"},
    Words{FilterReason::kTypeNotPlain, "type_is_not_plain",
          "elements of variable length and references lie outside the chunks"},
    Words{FilterReason::kAllocatedEarly, "allocated_early",
          "the program wants its space at the create"},
    Words{FilterReason::kEdgesUnfiltered, "unfiltered_edge_chunks",
          "the program wants edge chunks unfiltered"},
    Words{FilterReason::kHasFilters, "has_filters", "the program chose filters itself"},
    Words{FilterReason::kChunkTooSmall, "chunk_too_small",
          "chunks of fewer than 512 bytes gain nothing"},
    Words{FilterReason::kChunkTooLarge, "chunk_too_large", "chunks above 2 GiB are left"},
};

const Words& words(FilterReason reason) {
  return *std::find_if(kWords.begin(), kWords.end(),
                       [reason](const Words& entry) { return entry.reason == reason; });
}

}  // namespace

FilterAdvice advise_filters(const FilterQuestion& question) {
  if (question.request.steps.empty() && !question.checksum) return {};
  if (const FilterReason reason = obstacle(question); reason != FilterReason::kAdded)
    return {{}, reason};
  FilterAdvice advice;
  advice.reason = filter_obstacle(question);
  if (advice.reason == FilterReason::kAdded)
    advice.added = steps_for(question.request, question.element_bytes);
  const bool is_checked = question.has_checksum || has(advice.added, Kind::kFletcher32);
  if (question.checksum && !is_checked) advice.added.push_back({Kind::kFletcher32, 0});
  if (!advice.added.empty())
    advice.reason = FilterReason::kAdded;
  else if (advice.reason != FilterReason::kChunkTooSmall)
    advice.reason = FilterReason::kHasFilters;
  return advice;
}

std::string reason_name(FilterReason reason) { return "filter:" + std::string(words(reason).name); }

std::string_view explain_filters(FilterReason reason) { return words(reason).text; }

std::string_view explain_filters(const FilterQuestion& question, const FilterAdvice& advice) {
  if (advice.reason == FilterReason::kAdded && question.request.automatic)
    return "as the option filter asks; auto: there is no data yet, so the first write of all of it "
           "may take them back, and what else does not shrink stays as it is within them";
  return explain_filters(advice.reason);
}

std::string filters_text(const FilterSteps& steps) {
  std::string text;
  for (const FilterStep& step : steps) {
    if (!text.empty()) text += ", ";
    switch (step.kind) {
      case Kind::kShuffle:
        text += "shuffle";
        break;
      case Kind::kDeflate:
        text += "deflate:" + std::to_string(step.parameter);
        break;
      case Kind::kFletcher32:
        text += "fletcher32";
        break;
    }
  }
  return text.empty() ? "none" : text;
}

}  // namespace h5pave
