// A picture of a dataset: its chunk grid in two dimensions, and boxes over it. Called by
// report_*.cpp. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace h5pave::cli {

/// A box in the dataset's dimensions, every length > 0.
struct DrawnBox {
  std::vector<std::uint64_t> start;
  std::vector<std::uint64_t> lengths;
  std::size_t color = 0;
  std::string title;  ///< Shown when it is pointed at.
};

struct GridPicture {
  std::vector<std::uint64_t> extent;  ///< Rank 1 to 32.
  std::vector<std::uint64_t> chunk;   ///< Empty: contiguous.
  std::vector<DrawnBox> boxes;        ///< May reach beyond the extent.
};

/// The dimensions that tell most: of which boxes take a part and which has many chunks. One or two
/// of them, in order.
std::vector<std::size_t> telling_dimensions(const GridPicture& picture);

/// An SVG element; the first of `dimensions` goes down, the last across. Chunks that a box touches
/// are shaded in its colour.
std::string grid_svg(const GridPicture& picture, const std::vector<std::size_t>& dimensions);

/// "dimension 0 (512) down, dimension 2 (256) across; every 4th chunk border is drawn".
std::string grid_caption(const GridPicture& picture, const std::vector<std::size_t>& dimensions);

}  // namespace h5pave::cli
