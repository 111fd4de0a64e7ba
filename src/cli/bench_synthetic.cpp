#include "cli/bench_synthetic.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "cli/h5_error.h"
#include "cli/noise.h"

namespace h5pave::cli {

namespace {

struct Recipe {
  SyntheticSample sample;
  hid_t type;
  std::vector<hsize_t> shape;
  std::vector<hsize_t> chunk;
  unsigned gzip;
  bool fletcher32;
  double (*value)(double smooth, double noise);
};

double small_noise(double smooth, double noise) { return smooth + 0.01 * noise; }
double one_decimal(double smooth, double noise) {
  return std::nearbyint((smooth + 0.05 * noise) * 10) / 10;
}
double camera_counts(double smooth, double noise) {
  return std::floor(900 + 4 * smooth + 12 * noise);
}

/// A function: the types exist only after HDF5 was started.
std::vector<Recipe> recipes() {
  return {{{"smooth", "float32 field with small noise, gzip-4, shuffle, 1 MiB chunks"},
           H5T_IEEE_F32LE,
           {4096, 2048},
           {256, 1024},
           4,
           false,
           small_noise},
          {{"decimal", "float32 field with one decimal, gzip-4, shuffle, 1 MiB chunks"},
           H5T_IEEE_F32LE,
           {4096, 2048},
           {256, 1024},
           4,
           false,
           one_decimal},
          {{"images", "uint16 images, gzip-1, shuffle, fletcher32, one per chunk of 2 MiB"},
           H5T_STD_U16LE,
           {16, 1024, 1024},
           {1, 1024, 1024},
           1,
           true,
           camera_counts},
          {{"rows", "float32 rows appended one by one, gzip-4, shuffle, 0.4 MB chunks", true},
           H5T_IEEE_F32LE,
           {8000, 1000},
           {100, 1000},
           4,
           false,
           small_noise}};
}

template <class Value>
std::vector<std::byte> make_values(const Recipe& recipe) {
  const hsize_t columns = recipe.shape.back();
  const std::size_t count = bytes_of(recipe.shape, 1);
  std::vector<std::byte> bytes(count * sizeof(Value));
  std::vector<double> column_part(columns);
  for (hsize_t column = 0; column < columns; ++column) {
    column_part[column] = 7 * std::sin(static_cast<double>(column) / 37);
  }
  double row_part = 0;
  for (std::size_t place = 0; place < count; ++place) {
    const hsize_t column = place % columns;
    if (column == 0) row_part = 18 * std::sin(static_cast<double>(place / columns) / 60);
    // A temperature-like field between 260 and 310.
    const double smooth = 285 + row_part + column_part[column];
    const auto value = static_cast<Value>(recipe.value(smooth, normal_noise(place)));
    std::memcpy(bytes.data() + place * sizeof(Value), &value, sizeof value);
  }
  return bytes;
}

UniqueId creation_list(const Recipe& recipe) {
  UniqueId list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const bool made =
      H5Pset_chunk(list.get(), static_cast<int>(recipe.chunk.size()), recipe.chunk.data()) >= 0 &&
      H5Pset_shuffle(list.get()) >= 0 && H5Pset_deflate(list.get(), recipe.gzip) >= 0 &&
      (!recipe.fletcher32 || H5Pset_fletcher32(list.get()) >= 0);
  require(made, "set the chunk shape and the filters (does this libhdf5 have zlib?)");
  return list;
}

}  // namespace

const std::vector<SyntheticSample>& synthetic_samples() {
  static const std::vector<SyntheticSample> samples = [] {
    std::vector<SyntheticSample> all;
    for (const Recipe& recipe : recipes()) all.push_back(recipe.sample);
    return all;
  }();
  return samples;
}

Sample make_synthetic(const std::string& name) {
  for (const Recipe& recipe : recipes()) {
    if (recipe.sample.name != name) continue;
    Sample sample;
    sample.type = UniqueId(H5Tcopy(recipe.type), H5Tclose);
    sample.creation = creation_list(recipe);
    sample.shape = recipe.shape;
    sample.max_shape = recipe.shape;
    if (recipe.sample.appended) sample.max_shape[0] = H5S_UNLIMITED;
    sample.values = H5Tget_size(recipe.type) == 2 ? make_values<std::uint16_t>(recipe)
                                                  : make_values<float>(recipe);
    return sample;
  }
  throw std::runtime_error("no synthetic sample " + name);
}

}  // namespace h5pave::cli
