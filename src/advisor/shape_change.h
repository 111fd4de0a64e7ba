// What a program asked of a dataset whose chunk shape or filters h5pave changed, and whether one of
// its raw chunk calls (H5Dwrite_chunk, H5Dread_chunk) can only be meant for what it got. A chunk of
// the old shape put in the place of a new one, or an unfiltered one in the place of a filtered one,
// would be wrong data without an error.
//
// Called by plugin/changed_shapes.cpp. Thread rule: values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "advisor/cost_model.h"
#include "advisor/index_rules.h"
#include "advisor/shape_search.h"

namespace h5pave {

struct ShapeChange {
  ChunkShape asked;  ///< The program's shape.
  ChunkShape given;  ///< The dataset's; of the same rank.
  std::uint64_t element_bytes = 1;
  Filters filters = Filters::kNone;
  std::uint32_t added_filters = 0;  ///< Bits as in a filter mask: filters that it did not ask for.
};

/// A raw chunk call: the offset in elements, and for a write the bytes it stores and the filters
/// that it says they did not go through.
struct RawChunkCall {
  std::span<const std::uint64_t> offset;
  std::optional<std::uint64_t> written_bytes;
  std::uint32_t filter_mask = 0;
};

/// True when the offset or, without filters, the bytes fit the new shape and not the old one, and a
/// write says that its chunk did not go through the filters that the program did not ask for.
/// Anything that may be meant for what the program asked is not.
bool is_meant_for_given(const ShapeChange& change, const RawChunkCall& call);

/// Why the call was refused, for HDF5's error stack.
std::string refusal_text(const ShapeChange& change, const RawChunkCall& call);

}  // namespace h5pave
