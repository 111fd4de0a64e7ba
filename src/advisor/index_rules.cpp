#include "advisor/index_rules.h"

#include <algorithm>
#include <optional>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kFourGibibytes = std::uint64_t{1} << 32;
constexpr std::uint64_t kMaxSlotsPerStep = std::uint64_t{1} << 16;

/// The bytes that an index may take beyond what is useful: max(1 MiB, 5 % of `data_bytes`), and
/// never more than 256 MiB: an extent of terabytes may be a promise that the program does not keep,
/// while a Fixed Array is allocated with the first chunk.
std::uint64_t byte_allowance(std::uint64_t data_bytes) {
  return std::clamp<std::uint64_t>(data_bytes / 20, std::uint64_t{1} << 20, std::uint64_t{1} << 28);
}

/// libhdf5's choice for layout version 4 (H5D__layout_set_latest_indexing), same order of tests.
IndexKind library_choice(const IndexQuestion& question, Allocation allocation) {
  const unsigned unlimited = unlimited_count(question.shape);
  if (unlimited >= 2) return IndexKind::kBtree2;
  if (unlimited == 1) return IndexKind::kExtensibleArray;
  if (is_one_chunk(question.shape)) return IndexKind::kSingle;
  const bool implicit = question.filters == Filters::kNone && allocation == Allocation::kEarly;
  return implicit ? IndexKind::kImplicit : IndexKind::kFixedArray;
}

/// libhdf5 cannot number the chunks, and would fail at a later write.
std::optional<IndexReason> impossible(const ChunkedShape& shape, IndexKind kind) {
  const std::uint64_t slots = bounded_max_chunks(shape);
  if (kind == IndexKind::kFixedArray && slots >= kMaxArraySlots) return IndexReason::kFixedTooMany;
  if (kind == IndexKind::kExtensibleArray &&
      (slots > kMaxSlotsPerStep ||
       saturating_product(slots, unlimited_current_chunks(shape)) >= kMaxArraySlots)) {
    return IndexReason::kExtensibleTooMany;
  }
  return std::nullopt;
}

/// The index works and would waste space.
std::optional<IndexReason> wasteful(const IndexQuestion& question, IndexKind kind) {
  const ChunkedShape& shape = question.shape;
  const std::uint64_t bytes_per_chunk = chunk_bytes(shape);
  const std::uint64_t data_bytes = saturating_product(current_chunks(shape), bytes_per_chunk);
  const std::uint64_t entry =
      array_entry_bytes(bytes_per_chunk, question.filters == Filters::kSome);
  const std::uint64_t slots = bounded_max_chunks(shape);
  if (kind == IndexKind::kFixedArray &&
      saturating_product(slots, entry) > byte_allowance(data_bytes)) {
    return IndexReason::kFixedTooLarge;
  }
  if (kind == IndexKind::kExtensibleArray) {
    // Every step along the unlimited dimension adds `slots` entries, used or not: judged by one
    // step, because the extent at creation says nothing about the end. An empty bounded dimension
    // tells nothing about its use either.
    const std::uint64_t used = bounded_current_chunks(shape);
    const std::uint64_t step_index = saturating_product(slots, entry);
    const std::uint64_t step_data = saturating_product(used, bytes_per_chunk);
    const std::uint64_t old_index = saturating_product(used, btree1_entry_bytes(shape));
    if (used > 0 && step_index > step_data / 20 && step_index / 4 > old_index)
      return IndexReason::kExtensibleTooSparse;
    const std::uint64_t in_use = saturating_product(slots, unlimited_current_chunks(shape));
    const bool unused_slots = in_use > current_chunks(shape);
    if (unused_slots && saturating_product(in_use, entry) > byte_allowance(data_bytes))
      return IndexReason::kExtensibleTooSparse;
  }
  if (kind == IndexKind::kImplicit && saturating_product(slots, bytes_per_chunk) >
                                          saturating_sum(data_bytes, byte_allowance(data_bytes))) {
    return IndexReason::kImplicitTooLarge;
  }
  return std::nullopt;
}

bool allows_old(const IndexQuestion& question) {
  return question.bounds != FileBounds::kForcesModern;
}

bool allows_modern(const IndexQuestion& question) {
  return question.bounds == FileBounds::kForcesModern ||
         (question.bounds == FileBounds::kDefault && question.old_readers == OldReaders::kNo);
}

/// Every index that the file can have for this dataset without touching shape, type or filters.
std::vector<IndexKind> legal_kinds(const IndexQuestion& question) {
  std::vector<IndexKind> kinds;
  if (allows_old(question)) kinds.push_back(IndexKind::kBtree1);
  if (!allows_modern(question)) return kinds;
  for (const Allocation allocation : {question.allocation, Allocation::kEarly}) {
    const IndexKind kind = library_choice(question, allocation);
    const bool known = std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    if (!known && !impossible(question.shape, kind)) kinds.push_back(kind);
  }
  return kinds;
}

Amendment amendment_for(const IndexQuestion& question, IndexKind kind) {
  if (kind == IndexKind::kBtree1) return Amendment::kNone;
  if (kind == IndexKind::kImplicit && question.allocation != Allocation::kEarly)
    return Amendment::kModernLayoutAllocated;
  return question.bounds == FileBounds::kForcesModern ? Amendment::kNone : Amendment::kModernLayout;
}

/// Stock HDF5 writes the modern layout by itself: where the file's low bound says so, and for
/// chunks of 4 GiB and more, which only HDF5 2.x can write.
bool stock_is_modern(const IndexQuestion& question) {
  return question.bounds == FileBounds::kForcesModern ||
         chunk_bytes(question.shape) >= kFourGibibytes;
}

IndexAdvice stock_advice(const IndexQuestion& question, IndexReason reason) {
  IndexAdvice advice;
  advice.before = stock_is_modern(question) ? library_choice(question, question.allocation)
                                            : IndexKind::kBtree1;
  advice.after = advice.before;
  advice.reason = reason;
  return advice;
}

IndexAdvice automatic_advice(const IndexQuestion& question) {
  if (question.bounds == FileBounds::kForcesModern)
    return stock_advice(question, IndexReason::kFileBoundsModern);
  if (question.bounds == FileBounds::kForbidsModern)
    return stock_advice(question, IndexReason::kFileBoundsOld);
  if (question.old_readers == OldReaders::kYes)
    return stock_advice(question, IndexReason::kOldReaders);
  // The MPI driver allocates early in any case, but only after libhdf5 has picked the index.
  const bool early = question.allocation == Allocation::kEarly ||
                     (question.driver == FileDriver::kMpi && question.filters == Filters::kNone);
  const IndexKind kind =
      library_choice(question, early ? Allocation::kEarly : Allocation::kLateOrIncremental);
  if (const auto reason = impossible(question.shape, kind)) return stock_advice(question, *reason);
  if (const auto reason = wasteful(question, kind)) return stock_advice(question, *reason);
  IndexAdvice advice = stock_advice(question, IndexReason::kFits);
  advice.after = kind;
  advice.amendment = amendment_for(question, kind);
  return advice;
}

}  // namespace

IndexAdvice advise_index(const IndexQuestion& question) {
  const auto asked = requested_kind(question.request);
  if (!asked) return automatic_advice(question);
  const std::vector<IndexKind> legal = legal_kinds(question);
  if (std::find(legal.begin(), legal.end(), *asked) == legal.end()) {
    IndexAdvice advice = automatic_advice(question);
    advice.refused = true;
    advice.legal = legal;
    return advice;
  }
  IndexAdvice advice = stock_advice(question, IndexReason::kAsked);
  advice.after = *asked;
  advice.amendment = amendment_for(question, *asked);
  return advice;
}

}  // namespace h5pave
