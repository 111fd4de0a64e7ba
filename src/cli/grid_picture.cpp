#include "cli/grid_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace h5pave::cli {

namespace {

constexpr double kLongSide = 320;
constexpr double kShortestSide = 130;
constexpr double kStripHeight = 60;  ///< Of a dataset with one dimension.
constexpr double kSmallest = 3;      ///< Of a box, so that it can be seen.
constexpr std::uint64_t kMostLines = 64;
constexpr double kMargin = 1;

/// One axis of the picture.
struct Axis {
  std::uint64_t extent = 1;
  std::uint64_t chunk = 0;  ///< 0: no grid.
  double pixels = kLongSide;
};

double position(const Axis& axis, std::uint64_t element) {
  const std::uint64_t inside = std::min(element, axis.extent);
  return kMargin + axis.pixels * static_cast<double>(inside) / static_cast<double>(axis.extent);
}

/// Chunk borders that are one line in the picture.
std::uint64_t borders_per_line(const Axis& axis) {
  if (axis.chunk == 0) return 1;
  const std::uint64_t chunks = axis.extent / axis.chunk;
  std::uint64_t step = 1;
  while (chunks / step > kMostLines) step *= 2;
  return step;
}

struct Span {
  double at = 0;
  double size = 0;
};

Span span_of(const Axis& axis, std::uint64_t start, std::uint64_t end) {
  const double from = position(axis, start);
  const double size = std::max(position(axis, end) - from, kSmallest);
  return {std::min(from, kMargin + axis.pixels - size), size};
}

Span box_span(const Axis& axis, const DrawnBox& box, std::size_t dimension) {
  return span_of(axis, box.start[dimension], box.start[dimension] + box.lengths[dimension]);
}

/// The whole chunks that the box touches.
Span touched_span(const Axis& axis, const DrawnBox& box, std::size_t dimension) {
  const std::uint64_t start = box.start[dimension];
  const std::uint64_t last = start + box.lengths[dimension] - 1;
  return span_of(axis, start / axis.chunk * axis.chunk, (last / axis.chunk + 1) * axis.chunk);
}

std::string rectangle(const Span& across, const Span& down, const std::string& classes,
                      const std::string& inside = {}) {
  return fmt::format(
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">{}</rect>",
      classes, across.at, down.at, across.size, down.size, inside);
}

class Drawing {
 public:
  Drawing(const GridPicture& picture, const std::vector<std::size_t>& dimensions)
      : picture_(picture), down_(dimensions.front()), across_(dimensions.back()) {
    down_axis_ = axis_of(down_);
    across_axis_ = axis_of(across_);
    if (dimensions.size() == 1) {
      down_axis_ = {1, 0, kStripHeight};
    } else {
      set_sides();
    }
  }

  std::string svg() const {
    const double width = across_axis_.pixels + 2 * kMargin;
    const double height = down_axis_.pixels + 2 * kMargin;
    const Span across{kMargin, across_axis_.pixels};
    const Span down{kMargin, down_axis_.pixels};
    std::string svg = fmt::format(
        "<svg width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">\n",
        width, height);
    svg += rectangle(across, down, "space");
    for (const DrawnBox& box : picture_.boxes) svg += touched(box);
    svg += lines();
    for (const DrawnBox& box : picture_.boxes) svg += drawn(box);
    return svg + rectangle(across, down, "frame") + "</svg>\n";
  }

 private:
  Axis axis_of(std::size_t dimension) const {
    return {std::max<std::uint64_t>(picture_.extent[dimension], 1),
            picture_.chunk.empty() ? 0 : picture_.chunk[dimension], kLongSide};
  }

  /// In proportion, as far as both sides can be looked at.
  void set_sides() {
    const double ratio =
        static_cast<double>(down_axis_.extent) / static_cast<double>(across_axis_.extent);
    Axis& longer = ratio > 1 ? down_axis_ : across_axis_;
    Axis& shorter = ratio > 1 ? across_axis_ : down_axis_;
    longer.pixels = kLongSide;
    shorter.pixels = std::max(kShortestSide, kLongSide * std::min(ratio, 1 / ratio));
  }

  bool is_strip() const { return down_ == across_; }

  std::string touched(const DrawnBox& box) const {
    if (picture_.chunk.empty()) return {};
    const Span down =
        is_strip() ? Span{kMargin, down_axis_.pixels} : touched_span(down_axis_, box, down_);
    return rectangle(touched_span(across_axis_, box, across_), down,
                     fmt::format("touched c{}", box.color));
  }

  std::string drawn(const DrawnBox& box) const {
    const Span down = is_strip() ? Span{kMargin + down_axis_.pixels / 4, down_axis_.pixels / 2}
                                 : box_span(down_axis_, box, down_);
    return rectangle(box_span(across_axis_, box, across_), down, fmt::format("box c{}", box.color),
                     "<title>" + box.title + "</title>");
  }

  std::string lines() const {
    std::string path;
    const double right = kMargin + across_axis_.pixels;
    const double bottom = kMargin + down_axis_.pixels;
    each_line(across_axis_,
              [&](double at) { path += fmt::format("M{:.1f} {}V{:.1f}", at, kMargin, bottom); });
    each_line(down_axis_,
              [&](double at) { path += fmt::format("M{} {:.1f}H{:.1f}", kMargin, at, right); });
    return path.empty() ? path : "<path class=\"grid\" d=\"" + path + "\"></path>\n";
  }

  template <typename Draw>
  static void each_line(const Axis& axis, Draw&& draw) {
    if (axis.chunk == 0 || axis.chunk >= axis.extent) return;
    const std::uint64_t step = borders_per_line(axis);
    const std::uint64_t lines = (axis.extent - 1) / axis.chunk / step;
    for (std::uint64_t i = 1; i <= lines; ++i) draw(position(axis, i * step * axis.chunk));
  }

  const GridPicture& picture_;
  std::size_t down_;
  std::size_t across_;
  Axis down_axis_;
  Axis across_axis_;
};

/// "4th", "2nd".
std::string ordinal(std::uint64_t number) {
  return std::to_string(number) + (number == 2 ? "nd" : "th");
}

}  // namespace

std::vector<std::size_t> telling_dimensions(const GridPicture& picture) {
  std::vector<std::pair<double, std::size_t>> scores;
  for (std::size_t d = 0; d < picture.extent.size(); ++d) {
    const double extent = std::max(1.0, static_cast<double>(picture.extent[d]));
    double part = 0;
    for (const DrawnBox& box : picture.boxes)
      part = std::max(part, std::log2(extent / static_cast<double>(box.lengths[d])));
    const double chunks =
        picture.chunk.empty() ? 1 : std::max(1.0, extent / static_cast<double>(picture.chunk[d]));
    scores.emplace_back(-(part + std::log2(chunks) / 2 + std::log2(extent) / 100), d);
  }
  std::sort(scores.begin(), scores.end());
  scores.resize(std::min<std::size_t>(scores.size(), 2));
  std::vector<std::size_t> dimensions;
  for (const auto& [score, d] : scores) dimensions.push_back(d);
  std::sort(dimensions.begin(), dimensions.end());
  return dimensions;
}

std::string grid_svg(const GridPicture& picture, const std::vector<std::size_t>& dimensions) {
  return Drawing(picture, dimensions).svg();
}

std::string grid_caption(const GridPicture& picture, const std::vector<std::size_t>& dimensions) {
  const auto name = [&](std::size_t d) {
    return fmt::format("dimension {} ({})", d, picture.extent[d]);
  };
  std::string text = dimensions.size() == 1
                         ? name(dimensions[0]) + " across"
                         : name(dimensions[0]) + " down, " + name(dimensions[1]) + " across";
  if (picture.chunk.empty()) return text;
  for (const std::size_t d : dimensions) {
    const Axis axis{std::max<std::uint64_t>(picture.extent[d], 1), picture.chunk[d], 0};
    if (const std::uint64_t step = borders_per_line(axis); step > 1)
      text += fmt::format("; of dimension {} every {} chunk border", d, ordinal(step));
  }
  return text;
}

}  // namespace h5pave::cli
