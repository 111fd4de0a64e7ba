#include "cli/chunk_list.h"

#include <algorithm>
#include <array>

#include "advisor/index_kind.h"
#include "cli/chunk_order.h"
#include "cli/h5_error.h"
#include "h5/unique_id.h"

namespace h5pave::cli {

namespace {

// C callback: no exception may leave it.
int add_chunk(const hsize_t* offset, unsigned filter_mask, haddr_t address, hsize_t stored_bytes,
              void* data) noexcept {
  auto& list = *static_cast<ChunkList*>(data);
  try {
    list.chunks.push_back({address, stored_bytes, filter_mask});
    list.coordinates.insert(list.coordinates.end(), offset, offset + list.rank);
    return H5_ITER_CONT;
  } catch (const std::exception& error) {
    list.error = error.what();
    return H5_ITER_ERROR;
  }
}

/// A 2×2 dataset in memory, one element per chunk, unlimited along dimension 1, whose only chunk is
/// written at (1, 0): which coordinates does this libhdf5 list?
bool listing_is_rotated() {
  const UniqueId access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access.get(), 4096, false);
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_LATEST);
  const UniqueId file(H5Fcreate("h5pave-listing", H5F_ACC_TRUNC, H5P_DEFAULT, access.get()),
                      H5Fclose);
  const std::array<hsize_t, 2> shape{2, 2};
  const std::array<hsize_t, 2> max_shape{2, H5S_UNLIMITED};
  const std::array<hsize_t, 2> one{1, 1};
  const UniqueId space(H5Screate_simple(2, shape.data(), max_shape.data()), H5Sclose);
  const UniqueId creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(creation.get(), 2, one.data());
  const UniqueId dataset(H5Dcreate2(file.get(), "x", H5T_NATIVE_CHAR, space.get(), H5P_DEFAULT,
                                    creation.get(), H5P_DEFAULT),
                         H5Dclose);
  const std::array<hsize_t, 2> place{1, 0};
  const char value = 1;
  require(H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, place.data(), 1, &value) >= 0,
          "find out how this libhdf5 lists chunks");
  ChunkList list;
  list.rank = 2;
  require(H5Dchunk_iter(dataset.get(), H5P_DEFAULT, add_chunk, &list) >= 0,
          "find out how this libhdf5 lists chunks");
  return !std::ranges::equal(list.coordinates, place);
}

bool needs_restoring(const DatasetFacts& facts) {
  if (facts.index != static_cast<int>(IndexKind::kExtensibleArray)) return false;
  return facts.max_shape.front() != H5S_UNLIMITED && listing_is_rotated();
}

/// Releases before 1.14.4 leave out the user block.
std::uint64_t missing_user_block(hid_t dataset) {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  if (major != 1 || minor > 14 || (minor == 14 && release >= 4)) return 0;
  const UniqueId file(H5Iget_file_id(dataset), H5Fclose);
  const UniqueId creation(H5Fget_create_plist(file.get()), H5Pclose);
  hsize_t bytes = 0;
  return H5Pget_userblock(creation.get(), &bytes) >= 0 ? bytes : 0;
}

}  // namespace

ChunkList list_chunks(hid_t dataset, const DatasetFacts& facts) {
  ChunkList list;
  list.rank = facts.shape.size();
  if (H5Dchunk_iter(dataset, H5P_DEFAULT, add_chunk, &list) < 0 && list.error.empty()) {
    list.error = take_hdf5_error();
  }
  const std::uint64_t user_block = missing_user_block(dataset);
  for (Chunk& chunk : list.chunks) chunk.address += user_block;
  if (needs_restoring(facts)) {
    const ChunkOrder order(facts.chunk_shape, facts.max_shape, H5S_UNLIMITED);
    for (std::size_t i = 0; i < list.chunks.size(); ++i) {
      order.restore(std::span(list.coordinates).subspan(i * list.rank, list.rank));
    }
  }
  return list;
}

std::string coordinates_text(std::span<const hsize_t> coordinates) {
  if (coordinates.empty()) return "-";
  std::string text;
  for (const hsize_t coordinate : coordinates) {
    if (!text.empty()) text += ',';
    text += std::to_string(coordinate);
  }
  return text;
}

}  // namespace h5pave::cli
