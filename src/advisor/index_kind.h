// The chunk indexes of the HDF5 file format and what a user may ask for.
// Thread rule: pure functions.
#pragma once

#include <optional>
#include <string_view>

namespace h5pave {

/// How libhdf5 finds a dataset's chunks. Values follow H5D_chunk_index_t.
enum class IndexKind {
  kBtree1 = 0,
  kSingle = 1,
  kImplicit = 2,
  kFixedArray = 3,
  kExtensibleArray = 4,
  kBtree2 = 5,
};

/// A user's wish: automatic, or one index.
enum class IndexRequest {
  kAuto,
  kBtree1,
  kSingle,
  kImplicit,
  kFixedArray,
  kExtensibleArray,
  kBtree2,
};

/// HDF5's own name, e.g. "Extensible Array".
std::string_view display_name(IndexKind kind);

/// The word used in options, e.g. "extensible".
std::string_view option_word(IndexKind kind);

/// The request for a word of the option table; nothing for any other text.
std::optional<IndexRequest> parse_index_request(std::string_view word);

/// The index that `request` names; nothing for kAuto.
std::optional<IndexKind> requested_kind(IndexRequest request);

}  // namespace h5pave
