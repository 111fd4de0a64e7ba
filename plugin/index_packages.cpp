#include "index_packages.h"

#include <array>

#include "guard.h"
#include "h5/unique_id.h"

namespace h5pave {

namespace {

UniqueId file_in_memory(hid_t native_id) {
  constexpr std::size_t kIncrement = 65536;
  const UniqueId access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  if (H5Pset_vol(access.get(), native_id, nullptr) < 0 ||
      H5Pset_fapl_core(access.get(), kIncrement, false) < 0)
    return {};
  return {H5Fcreate("h5pave indexes", H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose};
}

/// As many unlimited dimensions decide which modern index libhdf5 takes.
void make_dataset(hid_t file, const char* name, std::size_t unlimited, bool is_modern) {
  constexpr std::array<hsize_t, 2> kExtent{2, 2};
  constexpr std::array<hsize_t, 2> kChunk{1, 1};
  std::array<hsize_t, 2> most = kExtent;
  for (std::size_t dim = 0; dim < unlimited; ++dim) most.at(dim) = H5S_UNLIMITED;
  const UniqueId space(H5Screate_simple(2, kExtent.data(), most.data()), H5Sclose);
  const UniqueId list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(list.get(), 2, kChunk.data());
  if (is_modern) H5Pset_chunk_opts(list.get(), 0);
  const UniqueId dataset(
      H5Dcreate2(file, name, H5T_NATIVE_SCHAR, space.get(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
      H5Dclose);
  constexpr std::array<signed char, 4> kValues{};
  H5Dwrite(dataset.get(), H5T_NATIVE_SCHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, kValues.data());
}

}  // namespace

void initialize_index_packages(hid_t native_id) noexcept {
  tell([&] {
    const SavedErrorStack saved;
    const QuietErrors quiet;
    const UniqueId file = file_in_memory(native_id);
    if (!file.is_open()) return;
    make_dataset(file.get(), "fixed array", 0, true);
    make_dataset(file.get(), "extensible array", 1, true);
    make_dataset(file.get(), "v2 B-tree", 2, true);
    make_dataset(file.get(), "v1 B-tree", 0, false);
  });
}

}  // namespace h5pave
