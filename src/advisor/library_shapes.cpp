#include "advisor/library_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

double product(const std::vector<double>& factors) {
  double result = 1;
  for (const double factor : factors) result *= factor;
  return result;
}

/// The constants in which h5py's rule and Zarr's copy of it differ.
struct GuessRule {
  double base_bytes;
  double least_bytes;
  double most_bytes;
};

/// In floating point as the original, which decides some of its results.
ChunkShape halve_until_small(std::vector<double> chunk, double element_bytes,
                             const GuessRule& rule) {
  const double dataset_bytes = product(chunk) * element_bytes;
  const double target =
      std::clamp(rule.base_bytes * std::pow(2.0, std::log10(dataset_bytes / (1024.0 * 1024.0))),
                 rule.least_bytes, rule.most_bytes);
  for (std::size_t turn = 0;; ++turn) {
    const double bytes = product(chunk) * element_bytes;
    const bool near = bytes < target || std::abs(bytes - target) / target < 0.5;
    if ((near && bytes < rule.most_bytes) || product(chunk) == 1) break;
    double& length = chunk[turn % chunk.size()];
    length = std::ceil(length / 2);
  }
  return {chunk.begin(), chunk.end()};
}

/// An extent with `replacement` for the dimensions that have no length.
std::vector<double> nonzero(const std::vector<std::uint64_t>& extent, double replacement) {
  std::vector<double> lengths;
  for (const std::uint64_t length : extent)
    lengths.push_back(length == 0 ? replacement : static_cast<double>(length));
  return lengths;
}

/// A double as C's conversion to size_t, but never undefined.
std::uint64_t whole(double number) {
  constexpr double kTooLarge = 18446744073709551616.0;
  if (!(number > 0)) return 0;
  return number < kTooLarge ? static_cast<std::uint64_t>(number) : kSaturated;
}

bool is_unlimited(const ChunkedShape& shape, std::size_t d) {
  return shape.max_extent[d] == kUnlimited;
}

/// netCDF-C counts the values of a record in single precision.
float record_values(const ChunkedShape& shape) {
  float values = 1;
  for (std::size_t d = 0; d < shape.extent.size(); ++d) {
    if (!is_unlimited(shape, d)) values *= static_cast<float>(shape.extent[d]);
  }
  return values;
}

ChunkShape netcdf_record_shape(const ChunkedShape& shape, double default_bytes) {
  const auto rank = static_cast<double>(shape.extent.size());
  const double bounded = rank - unlimited_count(shape);
  const auto element_bytes = static_cast<double>(shape.element_bytes);
  ChunkShape chunk(shape.extent.size(), 1);
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    if (is_unlimited(shape, d)) continue;
    const double share = std::pow(
        default_bytes / (static_cast<double>(record_values(shape)) * element_bytes), 1 / bounded);
    const std::uint64_t length = whole(share * static_cast<double>(shape.extent[d]) - 0.5);
    chunk[d] = std::max<std::uint64_t>(1, std::min(length, shape.extent[d]));
  }
  return chunk;
}

/// All dimensions unlimited: a few kilobytes in one dimension, a cube in more.
ChunkShape netcdf_unlimited_shape(const ChunkedShape& shape, std::uint64_t default_bytes) {
  constexpr std::uint64_t kOneDimension = 4096;
  const std::size_t rank = shape.extent.size();
  if (rank == 1) {
    const std::uint64_t values = default_bytes / shape.element_bytes;
    const std::uint64_t most = values == 0 ? 1 : std::min(values, kOneDimension);
    return {std::max<std::uint64_t>(1, most / shape.element_bytes)};
  }
  const double side =
      std::pow(static_cast<double>(default_bytes) / static_cast<double>(shape.element_bytes),
               1 / static_cast<double>(rank));
  return ChunkShape(rank, std::max<std::uint64_t>(1, whole(side)));
}

/// Spreads what the last chunk hangs over the edge among all chunks of the dimension.
void reduce_overhang(const ChunkedShape& shape, ChunkShape& chunk) {
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    // A new unlimited dimension has no length yet.
    const std::uint64_t length = is_unlimited(shape, d) ? 0 : shape.extent[d];
    const std::uint64_t chunks = divide_up(length, chunk[d]);
    if (chunks > 0) chunk[d] -= (chunks * chunk[d] - length) / chunks;
  }
}

/// PyTables' calc_chunksize: by powers of ten of the expected megabytes.
std::uint64_t pytables_bytes(double expected_megabytes) {
  constexpr double kBase = 8 * 1024;
  const double limited = std::clamp(expected_megabytes, 1.0, 1e7);
  const double zone = std::floor(std::log10(limited));
  const double factor = std::floor(std::pow(2.0, zone));
  return static_cast<std::uint64_t>(kBase * factor * 8);
}

/// PyTables' EXPECTED_ROWS_EARRAY, EXPECTED_ROWS_TABLE and what its users' guide suggests.
constexpr std::array<std::uint64_t, 2> kExpectedRows{1000, 10000};

bool is_pytables_default(const ChunkedShape& shape) {
  std::size_t main_dimension = 0;
  for (std::size_t d = 0; d < shape.extent.size(); ++d) {
    if (is_unlimited(shape, d)) main_dimension = d;
  }
  const auto agrees = [&](std::uint64_t rows) {
    return pytables_shape(shape.extent, main_dimension, rows, shape.element_bytes) == shape.chunk;
  };
  if (unlimited_count(shape) == 0) return agrees(shape.extent[0]);
  return unlimited_count(shape) == 1 &&
         std::any_of(kExpectedRows.begin(), kExpectedRows.end(), agrees);
}

}  // namespace

ChunkShape h5py_shape(const std::vector<std::uint64_t>& extent, std::uint64_t element_bytes) {
  constexpr GuessRule kRule{16.0 * 1024, 8.0 * 1024, 1024.0 * 1024};
  return halve_until_small(nonzero(extent, 1024), static_cast<double>(element_bytes), kRule);
}

ChunkShape zarr_shape(const std::vector<std::uint64_t>& extent, std::uint64_t element_bytes) {
  constexpr GuessRule kRule{256.0 * 1024, 128.0 * 1024, 64.0 * 1024 * 1024};
  return halve_until_small(nonzero(extent, 1), static_cast<double>(element_bytes), kRule);
}

ChunkShape netcdf_shape(const ChunkedShape& shape, std::uint64_t default_bytes) {
  constexpr double kMostBytes = 4294967295.0;  // NC_MAX_UINT
  const bool all_unlimited = unlimited_count(shape) == shape.extent.size();
  ChunkShape chunk = all_unlimited ? netcdf_unlimited_shape(shape, default_bytes)
                                   : netcdf_record_shape(shape, static_cast<double>(default_bytes));
  const bool can_be_small = static_cast<double>(shape.element_bytes) <= kMostBytes;
  while (can_be_small &&
         static_cast<double>(shape_bytes(chunk, shape.element_bytes)) > kMostBytes) {
    for (std::uint64_t& length : chunk) length = std::max<std::uint64_t>(1, length / 2);
  }
  reduce_overhang(shape, chunk);
  return chunk;
}

ChunkShape pytables_shape(const std::vector<std::uint64_t>& extent, std::size_t main_dimension,
                          std::uint64_t expected_rows, std::uint64_t element_bytes) {
  std::uint64_t row_bytes = element_bytes;
  for (std::size_t d = 0; d < extent.size(); ++d) {
    if (d != main_dimension) row_bytes = saturating_product(row_bytes, extent[d]);
  }
  constexpr std::uint64_t kMegabyte = 1024 * 1024;
  const std::uint64_t expected = saturating_product(expected_rows, row_bytes) / kMegabyte;
  const std::uint64_t items =
      std::max<std::uint64_t>(1, pytables_bytes(static_cast<double>(expected)) / element_bytes);
  ChunkShape chunk = extent;
  chunk[main_dimension] = 1;
  const auto fits = [&] { return shape_bytes(chunk, 1) <= items; };
  if (fits()) {
    chunk[main_dimension] = items / std::max<std::uint64_t>(1, shape_bytes(chunk, 1));
    return chunk;
  }
  for (std::uint64_t& length : chunk) {
    length = 1;
    if (!fits()) continue;
    length = items / std::max<std::uint64_t>(1, shape_bytes(chunk, 1));
    return chunk;
  }
  chunk.back() = items;
  return chunk;
}

ChunkShape dask_shape(const std::vector<std::uint64_t>& any_extent, std::uint64_t element_bytes,
                      std::uint64_t chunk_bytes) {
  const std::vector<double> extent = nonzero(any_extent, 1);
  const double elements = static_cast<double>(chunk_bytes) / static_cast<double>(element_bytes);
  ChunkShape chunk(extent.size(), 0);  // 0: not decided.
  double whole = 1;
  for (std::size_t left = extent.size(); left > 0;) {
    const double edge = std::pow(elements / whole, 1.0 / static_cast<double>(left));
    const std::size_t before = left;
    for (std::size_t d = 0; d < extent.size(); ++d) {
      if (chunk[d] != 0 || extent[d] >= edge) continue;
      chunk[d] = static_cast<std::uint64_t>(extent[d]);
      whole *= extent[d];
      --left;
    }
    if (left < before) continue;
    for (std::uint64_t& length : chunk) {
      if (length == 0) length = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(edge));
    }
    break;
  }
  return chunk;
}

ChunkShape rew_shape(const std::vector<std::uint64_t>& extent, std::uint64_t element_bytes,
                     std::uint64_t chunk_bytes) {
  double values = 1;
  for (const std::uint64_t length : extent) values *= static_cast<double>(length);
  const double chunks =
      std::max(1.0, values * static_cast<double>(element_bytes) / static_cast<double>(chunk_bytes));
  // Twice the exponent along the first dimension balances a line along it with a slice across it.
  const std::size_t others = extent.size() - 1;
  ChunkShape chunk;
  for (std::size_t d = 0; d < extent.size(); ++d) {
    const double exponent = others == 0 ? 1.0 : (d == 0 ? 0.5 : 0.5 / static_cast<double>(others));
    const double length = static_cast<double>(extent[d]) / std::pow(chunks, exponent);
    chunk.push_back(
        std::clamp<std::uint64_t>(whole(length), 1, std::max<std::uint64_t>(1, extent[d])));
  }
  return chunk;
}

std::optional<std::string_view> library_default(const ChunkedShape& shape) {
  if (h5py_shape(shape.extent, shape.element_bytes) == shape.chunk) return "h5py";
  for (const std::uint64_t bytes : {kNetcdfBytes, kNetcdfOldBytes}) {
    if (netcdf_shape(shape, bytes) == shape.chunk) return "netCDF-C";
  }
  if (is_pytables_default(shape)) return "PyTables";
  return std::nullopt;
}

}  // namespace h5pave
