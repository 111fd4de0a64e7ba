// Whether a new dataset should get another chunk shape than the program gave it, and which. Only
// asked when the option `chunk` is not `keep`; any doubt leaves the program's own storage.
//
// Called by plugin/shape_amendment.cpp once per dataset, and the h5pave command. Thread rule: pure
// functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/access_pattern.h"
#include "advisor/cost_model.h"
#include "advisor/index_size.h"
#include "advisor/shape_search.h"

namespace h5pave {

/// The option `chunk`.
enum class ShapePolicy {
  kKeep,      ///< Shapes stay.
  kAuto,      ///< Library defaults and large contiguous datasets get a shape that fits.
  kOverride,  ///< All chunked datasets do, and large contiguous ones.
};

std::optional<ShapePolicy> parse_shape_policy(std::string_view word);

struct ShapeQuestion {
  ChunkedShape shape;  ///< `chunk` is empty for a contiguous dataset.
  Filters filters = Filters::kNone;
  ShapePolicy policy = ShapePolicy::kKeep;
  bool gets_filters = false;  ///< It is to have filters: contiguous storage is no alternative.
  AccessSpec access;
  /// How long a profile saw such a dataset become, per dimension; empty when nobody knows.
  std::vector<std::uint64_t> seen_extent;
  double written_part = 1;                    ///< Of the values, as far as anybody knows.
  std::optional<std::uint64_t> target_bytes;  ///< The option `chunk_target`.
  std::uint64_t ranks =
      1;  ///< MPI ranks that write together, where a box does not say another number.
  StorageModel storage = local_storage();
};

/// Why the advice is what it is.
enum class ShapeReason {
  kChosen,         ///< Another shape is better.
  kKept,           ///< policy keep
  kTooSmall,       ///< Whatever its chunks, it fits one chunk cache.
  kSizeUnknown,    ///< It may grow and says too little of how large it gets.
  kPersonsChoice,  ///< policy auto, and no library would have chosen this shape by itself.
  kOtherRank,      ///< No box of the option `access` has the dataset's rank.
  kGainsLittle,    ///< The present storage serves nearly as well.
};

struct ShapeAdvice {
  ChunkShape chunk;  ///< Set when reason is kChosen: the shape to use.
  ShapeReason reason = ShapeReason::kKept;
  std::string_view chosen_by;    ///< The library whose default the present shape is, if any.
  std::vector<AccessBox> boxes;  ///< What was planned for.
  double present_seconds = 0;    ///< Per access, weighted, with the present storage …
  double chosen_seconds = 0;     ///< … and with the best shape found.
};

/// The advice for one dataset. Any shape is accepted; element_bytes > 0.
ShapeAdvice advise_shape(const ShapeQuestion& question);

/// A shape beside the chosen one.
struct ConsideredShape {
  std::string name;    ///< "present", "h5py's default", "for rows", …
  ChunkShape chunk;    ///< Empty: contiguous.
  double seconds = 0;  ///< Per access, weighted.
};

/// The present storage, the libraries' defaults and the best shapes for the presets, priced for
/// `boxes`. Takes some milliseconds.
std::vector<ConsideredShape> considered_shapes(const ShapeQuestion& question,
                                               const std::vector<AccessBox>& boxes);

/// The reason in words with its numbers, for one log line.
std::string explain_shape(const ShapeQuestion& question, const ShapeAdvice& advice);

/// Lengths to plan for: the extent; the maximum where a bounded dimension is empty; where there is
/// no limit, what a profile saw, else what brings the dataset to 1 GiB if it is not longer already.
std::vector<std::uint64_t> planned_extent(const ShapeQuestion& question);

/// The dataset as the cost model sees it.
DatasetModel dataset_model(const ShapeQuestion& question);

/// The boxes of the question's accesses for this dataset.
std::vector<AccessBox> planned_boxes(const ShapeQuestion& question);

/// The bytes that chunks for the question's accesses should have.
ByteRange planned_range(const ShapeQuestion& question, const DatasetModel& dataset,
                        const std::vector<AccessBox>& boxes);

/// "[512, 512]", or "none" for a contiguous dataset.
std::string shape_text(const ChunkShape& chunk);

/// "3.1 ms", "12 us", "1.5 s".
std::string seconds_text(double seconds);

}  // namespace h5pave
