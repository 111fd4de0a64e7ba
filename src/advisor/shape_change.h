// What a program asked of a dataset whose chunk shape h5pave changed, and whether one of its raw
// chunk calls (H5Dwrite_chunk, H5Dread_chunk) can only be meant for the new shape. A chunk of the
// old shape put in the place of a new one would be wrong data without an error.
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
};

/// A raw chunk call: the offset in elements, and for a write the bytes it stores.
struct RawChunkCall {
  std::span<const std::uint64_t> offset;
  std::optional<std::uint64_t> written_bytes;
};

/// True when the offset or, without filters, the bytes fit the new shape and not the old one.
/// Anything that may be meant for the old one is not.
bool is_meant_for_given(const ShapeChange& change, const RawChunkCall& call);

/// Why the call was refused, for HDF5's error stack.
std::string refusal_text(const ShapeChange& change, const RawChunkCall& call);

}  // namespace h5pave
