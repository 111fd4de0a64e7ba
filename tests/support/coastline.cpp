#include "support/coastline.h"

#include <hdf5.h>

#include <algorithm>
#include <filesystem>

namespace h5pave::test {

namespace {

constexpr const char* kFile = "/usr/share/gmt-gshhg/binned_GSHHS_h.nc";

struct Source {
  const char* dataset;
  const char* name;
  hid_t type;
  std::size_t element_bytes;
};

Sample read_sample(hid_t file, const Source& source, std::size_t bytes) {
  Sample sample{source.name, source.element_bytes, {}};
  const hid_t dataset = H5Dopen2(file, source.dataset, H5P_DEFAULT);
  if (dataset < 0) return sample;
  const hid_t space = H5Dget_space(dataset);
  const auto elements = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
  sample.bytes.resize(elements * source.element_bytes);
  if (H5Dread(dataset, source.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, sample.bytes.data()) < 0) {
    sample.bytes.clear();
  }
  sample.bytes.resize(
      std::min(sample.bytes.size(), bytes / source.element_bytes * source.element_bytes));
  H5Sclose(space);
  H5Dclose(dataset);
  return sample;
}

}  // namespace

std::vector<Sample> coastline_data(std::size_t bytes) {
  std::vector<Sample> samples;
  if (!std::filesystem::exists(kFile)) return samples;
  const hid_t file = H5Fopen(kFile, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) return samples;
  for (const Source& source :
       {Source{"Relative_longitude_from_SW_corner_of_bin", "coast int16", H5T_NATIVE_INT16, 2},
        Source{"Id_of_first_point_in_a_segment", "coast int32", H5T_NATIVE_INT32, 4},
        Source{"The_km_squared_area_of_polygons", "coast float64", H5T_NATIVE_DOUBLE, 8}}) {
    Sample sample = read_sample(file, source, bytes);
    if (!sample.bytes.empty()) samples.push_back(std::move(sample));
  }
  H5Fclose(file);
  return samples;
}

}  // namespace h5pave::test
