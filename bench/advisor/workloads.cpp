#include "workloads.h"

#include <algorithm>
#include <cmath>

#include "advisor/library_shapes.h"
#include "recorded.h"

namespace h5pave::bench {

namespace {

constexpr std::uint64_t kLeastBytes = std::uint64_t{4} << 10;
constexpr std::uint64_t kMostBytes = std::uint64_t{8} << 20;

/// `length` divided by powers of two and `steps` - 1 numbers between each of these.
std::vector<std::uint64_t> parts_of(std::uint64_t length, int steps) {
  std::vector<std::uint64_t> parts;
  for (int i = 0; parts.empty() || parts.back() > 1; ++i) {
    const double part = static_cast<double>(length) / std::exp2(static_cast<double>(i) / steps);
    const auto rounded = static_cast<std::uint64_t>(std::ceil(part - 1e-9));
    if (parts.empty() || rounded < parts.back()) parts.push_back(rounded);
  }
  return parts;
}

/// Every shape of such lengths, in order of these.
std::vector<ChunkShape> whole_grid(const ShapeQuestion& question, int steps) {
  const auto& extent = question.shape.extent;
  std::vector<ChunkShape> shapes{{}};
  for (const std::uint64_t length : extent) {
    std::vector<ChunkShape> longer;
    for (const ChunkShape& shape : shapes) {
      for (const std::uint64_t part : parts_of(length, steps)) {
        longer.push_back(shape);
        longer.back().push_back(part);
      }
    }
    shapes = std::move(longer);
  }
  std::erase_if(shapes, [&](const ChunkShape& shape) {
    const std::uint64_t bytes = shape_bytes(shape, question.shape.element_bytes);
    return bytes < kLeastBytes || bytes > kMostBytes;
  });
  return shapes;
}

/// `count` of the shapes: the best by the model's own order would be unfair, so evenly spread.
void add_grid(std::vector<Contestant>& list, const ShapeQuestion& question, std::size_t count) {
  std::vector<ChunkShape> shapes;
  for (int steps = 1; shapes.size() < count && steps <= 64; steps *= 2)
    shapes = whole_grid(question, steps);
  const std::size_t chosen = std::min(count, shapes.size());
  for (std::size_t i = 0; i < chosen; ++i)
    list.push_back({"grid", shapes[i * shapes.size() / chosen]});
}

/// `shape` with one length doubled or halved, and with one doubled and another halved.
void add_neighbours(std::vector<Contestant>& list, const ShapeQuestion& question,
                    const ChunkShape& shape) {
  const auto changed = [&](std::size_t d, std::size_t other) {
    ChunkShape near = shape;
    if (d < near.size()) near[d] = std::min(2 * near[d], question.shape.extent[d]);
    if (other < near.size()) near[other] = (near[other] + 1) / 2;
    if (near != shape) list.push_back({"near", near});
  };
  const std::size_t none = shape.size();
  for (std::size_t d = 0; d < shape.size(); ++d) {
    changed(d, none);
    changed(none, d);
    for (std::size_t other = 0; other < shape.size(); ++other) {
      if (other != d) changed(d, other);
    }
  }
}

}  // namespace

std::vector<Workload> workloads() {
  return {{"series and maps", {512, 128, 128}, "map+series"},
          {"row and column scans", {2896, 2896}, "0.5:1,*;0.5:*,1"},
          {"append, read columns", {8192, 1024}, "0.9:1,*@write@inorder;0.1:*,1"},
          {"random samples", {4096, 2048}, "1,*"},
          {"region of an image", {128, 256, 256}, "1,64,64"},
          {"4-D slices and lines", {32, 64, 64, 64}, "0.5:1,1,*,*;0.5:*,1,1,1"},
          {"sparse blocks", {2896, 2896}, "0.5:100,100@aligned@write;0.5:100,100@aligned", 0.1},
          {"wide table", {65536, 128}, "1000,4"},
          {"signal, windows", {8388608}, "10000"},
          {"shuffled batches", {4096, 45, 45}, "batch:32"},
          {"mixed 70/30", {512, 128, 128}, "0.7:1,*,*;0.3:*,1,1"}};
}

Workload rank_blocks(int ranks) {
  return {"blocks written by ranks",
          {2896, 2896},
          "724,724@aligned@write@ranks:" + std::to_string(ranks)};
}

std::vector<Contestant> contestants(const Workload& workload, const ShapeQuestion& question,
                                    std::size_t grid_size) {
  const auto& extent = question.shape.extent;
  const std::uint64_t element_bytes = question.shape.element_bytes;
  const DatasetModel dataset = dataset_model(question);
  const std::vector<AccessBox> boxes = planned_boxes(question);
  std::vector<Contestant> list;
  list.push_back({"advisor", best_shape(dataset, boxes, question.storage,
                                        planned_range(question, dataset, boxes))});
  list.push_back({"recorded", recorded_shape(workload, question)});
  list.push_back({"h5py", h5py_shape(extent, element_bytes)});
  list.push_back({"netCDF-C", netcdf_shape(question.shape, kNetcdfBytes)});
  list.push_back({"PyTables", pytables_shape(extent, 0, extent[0], element_bytes)});
  list.push_back({"Zarr", zarr_shape(extent, element_bytes)});
  list.push_back({"dask", dask_shape(extent, element_bytes, kDaskBytes)});
  list.push_back({"Rew", rew_shape(extent, element_bytes, std::uint64_t{1} << 20)});
  add_neighbours(list, question, ChunkShape(list.front().chunk));
  add_grid(list, question, grid_size);
  for (Contestant& each : list) {
    for (std::size_t d = 0; d < extent.size(); ++d)
      each.chunk[d] = std::clamp<std::uint64_t>(each.chunk[d], 1, extent[d]);
  }
  return list;
}

}  // namespace h5pave::bench
