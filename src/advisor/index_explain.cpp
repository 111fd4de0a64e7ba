// The words of the index advisor: reason names for the statistics and sentences for the log.
#include <array>

#include "advisor/index_rules.h"
#include "advisor/saturating.h"

namespace h5pave {

namespace {

struct ReasonText {
  IndexReason reason;
  std::string_view name;
  bool pass_through;
};

constexpr std::array kReasons{
    ReasonText{IndexReason::kFits, "fits", false},
    ReasonText{IndexReason::kFileBoundsModern, "file_bounds_modern", true},
    ReasonText{IndexReason::kFileBoundsOld, "file_bounds_old", true},
    ReasonText{IndexReason::kOldReaders, "compat", true},
    ReasonText{IndexReason::kAsked, "asked", false},
    ReasonText{IndexReason::kFixedTooMany, "fixed_array_impossible", true},
    ReasonText{IndexReason::kFixedTooLarge, "fixed_array_too_large", true},
    ReasonText{IndexReason::kExtensibleTooMany, "extensible_array_impossible", true},
    ReasonText{IndexReason::kExtensibleTooSparse, "extensible_array_too_sparse", true},
    ReasonText{IndexReason::kImplicitTooLarge, "implicit_too_large", true},
};

/// 1536 → "1.5 KiB"; whole bytes below 1 KiB.
std::string byte_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::uint64_t tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
  std::size_t unit = 0;
  while (tenths >= 10240 && unit + 1 < kUnits.size()) {
    tenths /= 1024;
    ++unit;
  }
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " +
         std::string(kUnits.at(unit));
}

std::string count_text(std::uint64_t count) {
  return count == kSaturated ? std::string("more than 2^64") : std::to_string(count);
}

std::string why_it_fits(const IndexQuestion& question, IndexKind kind) {
  const std::uint64_t bytes = chunk_bytes(question.shape);
  switch (kind) {
    case IndexKind::kSingle: {
      constexpr std::uint64_t kLargeChunk = std::uint64_t{64} << 20;
      std::string text = "one chunk holds the whole dataset";
      if (bytes > kLargeChunk)
        text += "; it has " + byte_text(bytes) + ", all of which every access reads or decodes";
      return text;
    }
    case IndexKind::kImplicit:
      return "no filter and early allocation: all " +
             count_text(bounded_max_chunks(question.shape)) + " chunks (" +
             byte_text(saturating_product(bounded_max_chunks(question.shape), bytes)) +
             ") are allocated now, written or not, and need no index";
    case IndexKind::kFixedArray:
      return "no unlimited dimension: " + count_text(bounded_max_chunks(question.shape)) +
             " slots at most";
    case IndexKind::kExtensibleArray:
      return "one unlimited dimension: appends in constant time";
    case IndexKind::kBtree2:
      return "two or more unlimited dimensions";
    case IndexKind::kBtree1:
      break;
  }
  return "the index that every HDF5 release reads";
}

}  // namespace

std::string_view reason_name(IndexReason reason) {
  return kReasons.at(static_cast<std::size_t>(reason)).name;
}

bool is_pass_through(IndexReason reason) {
  return kReasons.at(static_cast<std::size_t>(reason)).pass_through;
}

std::string explain(const IndexQuestion& question, const IndexAdvice& advice) {
  const ChunkedShape& shape = question.shape;
  const std::uint64_t slots = bounded_max_chunks(shape);
  const std::uint64_t bytes = chunk_bytes(shape);
  const std::uint64_t entry = array_entry_bytes(bytes, question.filters == Filters::kSome);
  switch (advice.reason) {
    case IndexReason::kFits:
      return why_it_fits(question, advice.after);
    case IndexReason::kAsked:
      return "asked for by option index; " + why_it_fits(question, advice.after);
    case IndexReason::kFileBoundsModern:
      return "the file's low version bound already gives it; " +
             why_it_fits(question, advice.after);
    case IndexReason::kFileBoundsOld:
      return "the file's high version bound is below 1.10";
    case IndexReason::kOldReaders:
      return "compat=1.8";
    case IndexReason::kFixedTooMany:
      return "a Fixed Array cannot number the " + count_text(slots) +
             " chunks of the maximum extent (limit 2^32)";
    case IndexReason::kFixedTooLarge:
      return "a Fixed Array for the maximum extent would take " +
             byte_text(saturating_product(slots, entry)) + " beside " +
             byte_text(saturating_product(current_chunks(shape), bytes)) + " of data";
    case IndexReason::kExtensibleTooMany:
      return "an Extensible Array cannot number the " + count_text(slots) +
             " chunks per step along the unlimited dimension (limits 2^16, 2^32 in all)";
    case IndexReason::kExtensibleTooSparse:
      return "an Extensible Array would hold " + count_text(slots) +
             " slots per step along the unlimited dimension and use " +
             count_text(bounded_current_chunks(shape));
    case IndexReason::kImplicitTooLarge:
      return "Implicit would allocate the maximum extent, " +
             byte_text(saturating_product(slots, bytes)) + ", now";
  }
  return {};
}

std::string explain_refusal(const IndexQuestion& question, const IndexAdvice& advice) {
  std::string legal;
  for (const IndexKind kind : advice.legal) {
    if (!legal.empty()) legal += ", ";
    legal += option_word(kind);
  }
  const auto asked = requested_kind(question.request);
  return "index=" + std::string(asked ? option_word(*asked) : "auto") +
         " is not possible for this shape, these filters and this file; legal here: " + legal +
         "; " + std::string(display_name(advice.after)) + " is used";
}

}  // namespace h5pave
