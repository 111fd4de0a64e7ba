// How a dataset is read and written: boxes with weights, which the cost model prices, and the words
// in which a user says them (option `access`, `h5pave plan --access`).
//
// Called by config (parsing), cost_model, shape_search, shape_advice, the h5pave command.
// Thread rule: values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h5pave {

/// Stands for a whole dimension in a box, "*" in text.
inline constexpr std::uint64_t kWholeDimension = 0;

/// No machine has more.
inline constexpr std::uint64_t kMostRanks = 100'000'000;

enum class AccessKind { kRead, kWrite };

/// Where the boxes of a pattern lie.
enum class Placement {
  kAnywhere,  ///< Every start is equally likely.
  kAligned,   ///< Starts are multiples of the box's lengths.
  kInOrder,   ///< Boxes side by side, one after the other in row-major order: a scan, an append.
};

/// One kind of access: a box of elements per call.
struct AccessBox {
  double weight = 1;                   ///< Share of the accesses; > 0.
  std::vector<std::uint64_t> lengths;  ///< Elements per dimension, or kWholeDimension.
  AccessKind kind = AccessKind::kRead;
  Placement placement = Placement::kAnywhere;
  std::uint64_t repeats = 1;  ///< Boxes at independent places along dimension 0 that one access
                              ///< fetches: the samples of a shuffled batch.
  std::uint64_t ranks = 1;    ///< MPI ranks that each write such a box in one call of all.
};

enum class AccessPreset {
  kUnsaid,        ///< Nobody said: appends along the one unlimited dimension, else blocks.
  kRow,           ///< One step of the first dimension, all of the others (a row, an image, a map).
  kColumn,        ///< All of the first dimension at one place of the others (a column, a series).
  kBlock,         ///< An equal-sided box of about 1 MiB anywhere.
  kSequence,      ///< All of the dataset in order, some rows at a time.
  kBatch,         ///< N samples (steps of the first dimension) in random order.
  kMapAndSeries,  ///< Rows and columns, half of the accesses each.
  kBoxes,         ///< As written out.
};

/// A user's words, understood. Becomes boxes when a dataset is known.
struct AccessSpec {
  AccessPreset preset = AccessPreset::kUnsaid;
  std::uint64_t batch = 0;       ///< kBatch: samples per batch.
  std::vector<AccessBox> boxes;  ///< kBoxes: one or more, of any rank.
  std::string text;              ///< As the user wrote it.
};

/// What the presets need to know of a dataset: lengths to plan for (each > 0) and which dimensions
/// have no limit.
struct AccessTarget {
  std::vector<std::uint64_t> extent;
  std::vector<bool> unlimited;
  std::uint64_t element_bytes = 1;
};

/// Understands `row`, `column`, `block`, `sequence`, `batch:N`, `map+series`, and boxes such as
/// `0.7:1,*,*;0.3:*,1,1` (weight:lengths, the weight may be left out; after a box `@write`,
/// `@aligned`, `@inorder` in any number, and after `@write` `@ranks:N`). Braces around the whole
/// are dropped: an info string needs them. Nothing for other text, with `error` saying what is
/// wrong.
std::optional<AccessSpec> parse_access(std::string_view text, std::string& error);

/// The boxes that `spec` means for a dataset; their weights add up to 1. Empty when boxes were
/// written out and none has the dataset's rank.
std::vector<AccessBox> boxes_for(const AccessSpec& spec, const AccessTarget& target);

/// Accesses that go through the dataset once from end to end, in one call or many: they cost much,
/// and nearly the same with any shape.
bool is_sequential(const AccessBox& box);

/// "1,*,* anywhere, read": a box for people.
std::string box_text(const AccessBox& box);

}  // namespace h5pave
