#include "observed_selection.h"

#include <algorithm>
#include <array>
#include <map>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;
using Bounds = std::array<hsize_t, H5S_MAX_RANK>;

/// Sparser selections fetch other chunks than their bounding box does.
constexpr std::uint64_t kDense = 8;
constexpr hsize_t kBlocksLookedAt = 64;

std::uint64_t product(const Lengths& lengths) {
  std::uint64_t elements = 1;
  for (const std::uint64_t length : lengths) elements = saturating_product(elements, length);
  return elements;
}

/// The most frequent size among the first blocks of a hyperslab selection; empty when HDF5 does not
/// tell.
Lengths usual_block(hid_t space, std::size_t rank) {
  const hssize_t count = H5Sget_select_hyper_nblocks(space);
  if (count <= 0) return {};
  const hsize_t looked_at = std::min(static_cast<hsize_t>(count), kBlocksLookedAt);
  std::vector<hsize_t> corners(looked_at * 2 * rank);
  if (H5Sget_select_hyper_blocklist(space, 0, looked_at, corners.data()) < 0) return {};
  std::map<Lengths, unsigned> sizes;
  for (std::size_t block = 0; block < looked_at; ++block) {
    const hsize_t* const low = corners.data() + block * 2 * rank;
    Lengths lengths(rank);
    for (std::size_t d = 0; d < rank; ++d) lengths[d] = low[rank + d] - low[d] + 1;
    ++sizes[lengths];
  }
  return std::max_element(sizes.begin(), sizes.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

/// A regular hyperslab: dimension by dimension, steps that lie near each other are one length,
/// others are boxes of their own. (Programs give blocks of one element and steps of one for a box.)
bool split_regular(hid_t space, ObservedSelection& selection) {
  if (H5Sget_select_type(space) != H5S_SEL_HYPERSLABS || H5Sis_regular_hyperslab(space) <= 0)
    return false;
  Bounds start{};
  Bounds stride{};
  Bounds count{};
  Bounds block{};
  if (H5Sget_regular_hyperslab(space, start.data(), stride.data(), count.data(), block.data()) < 0)
    return false;
  for (std::size_t d = 0; d < selection.lengths.size(); ++d) {
    if (count.at(d) <= 1 || stride.at(d) / kDense <= block.at(d)) continue;
    selection.lengths[d] = block.at(d);
    selection.repeats = saturating_product(selection.repeats, count.at(d));
  }
  return true;
}

/// Turns the bounding box of a sparse selection into its blocks.
void split_up(hid_t space, ObservedSelection& selection) {
  const std::size_t rank = selection.lengths.size();
  const bool points = H5Sget_select_type(space) == H5S_SEL_POINTS;
  Lengths block = points ? Lengths(rank, 1) : usual_block(space, rank);
  if (block.empty()) return;
  selection.lengths = std::move(block);
  selection.repeats = std::max<std::uint64_t>(1, selection.elements / product(selection.lengths));
}

}  // namespace

std::optional<ObservedSelection> observe_selection(hid_t space) {
  Bounds extent{};
  Bounds low{};
  Bounds high{};
  const int rank = H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  const hssize_t elements = H5Sget_select_npoints(space);
  if (rank <= 0 || elements <= 0) return std::nullopt;
  if (H5Sget_select_bounds(space, low.data(), high.data()) < 0) return std::nullopt;
  ObservedSelection selection;
  selection.elements = static_cast<std::uint64_t>(elements);
  for (std::size_t d = 0; d < static_cast<std::size_t>(rank); ++d) {
    if (high.at(d) < low.at(d) || high.at(d) >= extent.at(d)) return std::nullopt;
    selection.extent.push_back(extent.at(d));
    selection.start.push_back(low.at(d));
    selection.lengths.push_back(high.at(d) - low.at(d) + 1);
  }
  const std::uint64_t bounding = product(selection.lengths);
  const bool has_gaps = bounding != selection.elements;
  if (has_gaps && !split_regular(space, selection) && bounding / kDense > selection.elements)
    split_up(space, selection);
  return selection;
}

}  // namespace h5pave
