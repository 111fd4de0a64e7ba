#include "mpi_verdicts.h"

#include <algorithm>
#include <array>

namespace h5pave {

namespace {

/// The counted reasons behind the verdicts that are ours: kFirstOwnReason + place.
constexpr std::array<std::string_view, 5> kReasons{
    "type_conversion", "empty_dataset", "block_or_plist_space",
    "file_space_differs_from_the_dataset", "unknown_dataset"};

/// The errors behind the verdicts from kFail on: what must fail on all ranks.
constexpr std::array<std::string_view, 5> kErrors{
    "MPI reported an error", "the selections in memory and in the file differ in size on some rank",
    "a selection lies outside its dataspace on some rank", "some rank gave no buffer",
    "chunks of an earlier write could not be written, and some rank still cannot write them"};

}  // namespace

Verdict verdict_of(std::string_view reason) {
  if (reason == "selections_differ_in_size") return kFail + 1;
  if (reason == "selection_outside_its_space") return kFail + 2;
  if (reason == "no_buffer") return kFail + 3;
  const auto* const found = std::find(kReasons.begin(), kReasons.end(), reason);
  if (found == kReasons.end()) return kFirstOwnReason + static_cast<Verdict>(kReasons.size()) - 1;
  return kFirstOwnReason + (found - kReasons.begin());
}

std::string_view reason_of(Verdict verdict) {
  switch (verdict) {
    case kOutOfMemory:
      return "out_of_memory";
    case kChunkNeedsNative:
      return "chunk_needs_native";
    case kRanksDiffer:
      return "ranks_write_different_datasets";
    case kDamagedChunk:
      return "damaged_chunk";
    default:
      return kReasons.at(static_cast<std::size_t>(verdict - kFirstOwnReason));
  }
}

std::string_view error_of(Verdict verdict) {
  const auto place = static_cast<std::size_t>(verdict - kFail);
  return kErrors.at(std::min(place, kErrors.size() - 1));
}

}  // namespace h5pave
