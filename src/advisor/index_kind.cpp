#include "advisor/index_kind.h"

#include <array>

namespace h5pave {

namespace {

struct IndexName {
  IndexKind kind;
  IndexRequest request;
  std::string_view word;
  std::string_view display;
};

/// In the order of the IndexKind values.
constexpr std::array kNames{
    IndexName{IndexKind::kBtree1, IndexRequest::kBtree1, "btree1", "v1 B-tree"},
    IndexName{IndexKind::kSingle, IndexRequest::kSingle, "single", "Single Chunk"},
    IndexName{IndexKind::kImplicit, IndexRequest::kImplicit, "implicit", "Implicit"},
    IndexName{IndexKind::kFixedArray, IndexRequest::kFixedArray, "fixed", "Fixed Array"},
    IndexName{IndexKind::kExtensibleArray, IndexRequest::kExtensibleArray, "extensible",
              "Extensible Array"},
    IndexName{IndexKind::kBtree2, IndexRequest::kBtree2, "btree2", "v2 B-tree"},
};

}  // namespace

std::string_view display_name(IndexKind kind) {
  return kNames.at(static_cast<std::size_t>(kind)).display;
}

std::string_view option_word(IndexKind kind) {
  return kNames.at(static_cast<std::size_t>(kind)).word;
}

std::optional<IndexRequest> parse_index_request(std::string_view word) {
  if (word == "auto") return IndexRequest::kAuto;
  for (const IndexName& name : kNames) {
    if (name.word == word) return name.request;
  }
  return std::nullopt;
}

std::optional<IndexKind> requested_kind(IndexRequest request) {
  for (const IndexName& name : kNames) {
    if (name.request == request) return name.kind;
  }
  return std::nullopt;
}

}  // namespace h5pave
