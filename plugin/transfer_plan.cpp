#include "transfer_plan.h"

#include <algorithm>
#include <array>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

/// A dataspace with a box selected in it.
struct SelectedBox {
  Extent extent;
  Box box;
};

Box whole(const Extent& extent) { return {Extent(extent.size(), 0), extent}; }

Extent to_extent(const std::array<hsize_t, H5S_MAX_RANK>& values, int rank) {
  return {values.begin(), values.begin() + rank};
}

/// The selection of `space` when it is a box. Its bounds include the selection offset, which
/// H5Sget_regular_hyperslab() leaves out (h5py broadcasts by H5Soffset_simple).
std::optional<SelectedBox> selected_box(hid_t space) {
  std::array<hsize_t, H5S_MAX_RANK> low{};
  std::array<hsize_t, H5S_MAX_RANK> high{};
  const int rank = H5Sget_simple_extent_dims(space, low.data(), nullptr);
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL) return std::nullopt;
  SelectedBox selected;
  selected.extent = to_extent(low, rank);
  const H5S_sel_type type = H5Sget_select_type(space);
  if (type == H5S_SEL_ALL) {
    selected.box = whole(selected.extent);
    return selected;
  }
  if (type != H5S_SEL_HYPERSLABS || H5Sget_select_bounds(space, low.data(), high.data()) < 0)
    return std::nullopt;
  selected.box.start = to_extent(low, rank);
  for (int dim = 0; dim < rank; ++dim) {
    const auto at = static_cast<std::size_t>(dim);
    if (high.at(at) < low.at(at) || high.at(at) >= selected.extent[at]) return std::nullopt;
    selected.box.length.push_back(high.at(at) - low.at(at) + 1);
  }
  const hssize_t points = H5Sget_select_npoints(space);
  if (points < 0 || static_cast<std::uint64_t>(points) != element_count(selected.box))
    return std::nullopt;  // gaps: strides, unions
  return selected;
}

/// Byte layout of a selected box in memory, per dimension of the memory space.
StridedBytes box_layout(const SelectedBox& memory, std::size_t element_bytes) {
  StridedBytes layout = dense_layout(memory.extent, element_bytes);
  for (std::size_t dim = 0; dim < memory.extent.size(); ++dim)
    layout.first += layout.distance[dim] * static_cast<std::ptrdiff_t>(memory.box.start[dim]);
  return layout;
}

/// True when the box's elements follow each other without gaps.
bool is_contiguous(const StridedBytes& layout, const Extent& length, std::size_t element_bytes) {
  auto expected = static_cast<std::ptrdiff_t>(element_bytes);
  for (std::size_t dim = length.size(); dim-- > 0;) {
    if (length[dim] == 1) continue;
    if (layout.distance[dim] != expected) return false;
    expected *= static_cast<std::ptrdiff_t>(length[dim]);
  }
  return true;
}

/// The memory layout seen with the dataset's dimensions: dimensions of length 1 may be missing on
/// either side (a program writes one image of a stack). Nothing when the shapes differ otherwise.
std::optional<StridedBytes> matched_layout(const Box& file_box, const SelectedBox& memory,
                                           std::size_t element_bytes) {
  const StridedBytes layout = box_layout(memory, element_bytes);
  if (is_contiguous(layout, memory.box.length, element_bytes)) {
    StridedBytes dense = dense_layout(file_box.length, element_bytes);
    dense.first = layout.first;
    return dense;
  }
  StridedBytes matched;
  matched.first = layout.first;
  std::size_t mem_dim = 0;
  for (const std::uint64_t length : file_box.length) {
    if (length == 1) {
      matched.distance.push_back(0);
      continue;
    }
    while (mem_dim < memory.box.length.size() && memory.box.length[mem_dim] == 1) ++mem_dim;
    if (mem_dim == memory.box.length.size() || memory.box.length[mem_dim] != length)
      return std::nullopt;
    matched.distance.push_back(layout.distance[mem_dim++]);
  }
  return matched;
}

/// libhdf5 hands H5S_ALL, H5S_BLOCK and H5S_PLIST on as the numbers 0, 1 and 2.
bool is_number(hid_t space) { return space >= 0 && space <= 2; }

TransferPlan left(std::string_view reason) { return {std::nullopt, std::nullopt, reason}; }

/// True when the selection, with its offset, lies inside the space.
bool is_inside(hid_t space) {
  std::array<hsize_t, H5S_MAX_RANK> lengths{};
  std::array<hsize_t, H5S_MAX_RANK> low{};
  std::array<hsize_t, H5S_MAX_RANK> high{};
  const int rank = H5Sget_simple_extent_dims(space, lengths.data(), nullptr);
  if (rank <= 0 || H5Sget_select_bounds(space, low.data(), high.data()) < 0) return false;
  for (std::size_t dim = 0; dim < static_cast<std::size_t>(rank); ++dim) {
    if (high.at(dim) < low.at(dim) || high.at(dim) >= lengths.at(dim)) return false;
  }
  return true;
}

bool has_extent(hid_t space, const Extent& extent) {
  std::array<hsize_t, H5S_MAX_RANK> lengths{};
  if (H5Sget_simple_extent_ndims(space) != static_cast<int>(extent.size())) return false;
  H5Sget_simple_extent_dims(space, lengths.data(), nullptr);
  return std::equal(extent.begin(), extent.end(), lengths.begin());
}

TransferPlan plan_selections(hid_t mem_space, hid_t file_space, std::uint64_t elements,
                             std::size_t memory_element_bytes) {
  if (!is_inside(file_space) || !is_inside(mem_space)) return left("selection_outside_its_space");
  return {std::nullopt, SelectionPair{mem_space, file_space, elements, memory_element_bytes}, {}};
}

}  // namespace

std::optional<std::uint64_t> selected_elements(hid_t mem_space, hid_t file_space) {
  // H5S_ALL, H5S_BLOCK and H5S_PLIST are small numbers, not ids: only a real id can be asked.
  constexpr hid_t kFirstRealId = 16;
  const hid_t space = mem_space >= kFirstRealId ? mem_space : file_space;
  const hssize_t elements = space >= kFirstRealId ? H5Sget_select_npoints(space) : -1;
  if (elements < 0) return std::nullopt;
  return static_cast<std::uint64_t>(elements);
}

TransferPlan plan_transfer(const Extent& extent, hid_t mem_space, hid_t file_space,
                           std::size_t memory_element_bytes) {
  if ((is_number(file_space) && file_space != H5S_ALL) ||
      (is_number(mem_space) && mem_space != H5S_ALL))
    return left("block_or_plist_space");
  if (file_space != H5S_ALL && !has_extent(file_space, extent))
    return left("file_space_differs_from_the_dataset");
  std::optional<SelectedBox> file = SelectedBox{extent, whole(extent)};
  if (file_space != H5S_ALL) file = selected_box(file_space);
  // H5S_ALL in memory stands for the file's dataspace with its selection.
  std::optional<SelectedBox> memory = file;
  if (mem_space != H5S_ALL) memory = selected_box(mem_space);
  const auto points = [](hid_t space, const std::optional<SelectedBox>& box) {
    return box ? element_count(box->box)
               : static_cast<std::uint64_t>(std::max<hssize_t>(H5Sget_select_npoints(space), 0));
  };
  const std::uint64_t elements = points(file_space, file);
  if (elements == 0) return left(kNothingSelected);
  if (points(mem_space == H5S_ALL ? file_space : mem_space, memory) != elements)
    return left("selections_differ_in_size");
  if (file && memory) {
    if (auto layout = matched_layout(file->box, *memory, memory_element_bytes))
      return {BoxPlan{std::move(file->box), *std::move(layout)}, std::nullopt, {}};
  }
  if (file_space == H5S_ALL) return left(kMemoryShapeDiffers);
  return plan_selections(mem_space == H5S_ALL ? file_space : mem_space, file_space, elements,
                         memory_element_bytes);
}

}  // namespace h5pave
