#include "native_chunk_store.h"

#include <H5VLnative.h>

#include <cstddef>

namespace h5pave {

namespace {

static_assert(sizeof(hsize_t) == sizeof(std::uint64_t));

// The arguments of the native connector's raw chunk operations changed with HDF5 2.0. One plugin
// serves both, so both are written down here, and chosen by the library's version at run time.
struct ReadArguments1 {
  const hsize_t* offset;
  std::uint32_t filter_mask;
  void* stored;
};
struct ReadArguments2 {
  const hsize_t* offset;
  std::uint32_t filter_mask;
  void* stored;
  std::size_t* stored_bytes;
};
struct WriteArguments1 {
  const hsize_t* offset;
  std::uint32_t filter_mask;
  std::uint32_t stored_bytes;
  const void* stored;
};
struct WriteArguments2 {
  const hsize_t* offset;
  std::uint32_t filter_mask;
  std::size_t stored_bytes;
  const void* stored;
};

bool library_is_version_2() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  return H5get_libversion(&major, &minor, &release) >= 0 && major >= 2;
}

const hsize_t* as_hsize(const Extent& offset) {
  return reinterpret_cast<const hsize_t*>(offset.data());
}

/// H5D_chunk_iter_op_t: stops at the first masked chunk.
int note_mask(const hsize_t*, unsigned filter_mask, haddr_t, hsize_t, void* found) {
  if (filter_mask == 0) return H5_ITER_CONT;
  *static_cast<bool*>(found) = true;
  return H5_ITER_STOP;
}

}  // namespace

bool NativeChunkStore::run(int operation, void* arguments) {
  H5VL_optional_args_t args{operation, arguments};
  return native_.dataset_cls.optional(dataset_, &args, H5P_DATASET_XFER_DEFAULT, nullptr) >= 0;
}

std::optional<std::uint64_t> NativeChunkStore::stored_bytes(const Extent& offset) {
  hsize_t bytes = 0;
  H5VL_native_dataset_optional_args_t args{};
  args.get_chunk_storage_size.offset = as_hsize(offset);
  args.get_chunk_storage_size.size = &bytes;
  if (run(H5VL_NATIVE_DATASET_GET_CHUNK_STORAGE_SIZE, &args)) {
    // A Single Chunk that is only in libhdf5's chunk cache has no place yet and leaves the size
    // unset; counting the chunks writes it out.
    if (bytes == 0 && write_out_cached() && !run(H5VL_NATIVE_DATASET_GET_CHUNK_STORAGE_SIZE, &args))
      bytes = 0;
    if (bytes != 0) return bytes;
  }
  H5Eclear2(H5E_DEFAULT);  // 1.14 calls an absent chunk an error.
  return std::nullopt;
}

std::optional<std::uint32_t> NativeChunkStore::read(const Extent& offset,
                                                    std::span<std::byte> stored) {
  // Version 1 of the arguments is the beginning of version 2.
  std::size_t bytes = stored.size();
  ReadArguments2 args{as_hsize(offset), 0, stored.data(), &bytes};
  static_assert(offsetof(ReadArguments1, stored) == offsetof(ReadArguments2, stored));
  if (run(H5VL_NATIVE_DATASET_CHUNK_READ, &args)) return args.filter_mask;
  H5Eclear2(H5E_DEFAULT);
  return std::nullopt;
}

bool NativeChunkStore::write_out_cached() {
  hsize_t chunks = 0;
  H5VL_native_dataset_optional_args_t args{};
  args.get_num_chunks.space_id = H5S_ALL;
  args.get_num_chunks.nchunks = &chunks;
  return run(H5VL_NATIVE_DATASET_GET_NUM_CHUNKS, &args) && chunks > 0;
}

bool NativeChunkStore::any_masked() {
  bool found = false;
  H5VL_native_dataset_optional_args_t args{};
  args.chunk_iter.op = note_mask;
  args.chunk_iter.op_data = &found;
  if (run(H5VL_NATIVE_DATASET_CHUNK_ITER, &args)) return found;
  H5Eclear2(H5E_DEFAULT);
  return true;
}

std::uint32_t NativeChunkStore::written_mask(const void* arguments) {
  // The mask lies at the same place in both versions.
  static_assert(offsetof(WriteArguments1, filter_mask) == offsetof(WriteArguments2, filter_mask));
  return static_cast<const WriteArguments1*>(arguments)->filter_mask;
}

bool NativeChunkStore::write(const Extent& offset, std::span<const std::byte> stored) {
  if (library_is_version_2()) {
    WriteArguments2 args{as_hsize(offset), 0, stored.size(), stored.data()};
    return run(H5VL_NATIVE_DATASET_CHUNK_WRITE, &args);
  }
  WriteArguments1 args{as_hsize(offset), 0, static_cast<std::uint32_t>(stored.size()),
                       stored.data()};
  return run(H5VL_NATIVE_DATASET_CHUNK_WRITE, &args);
}

}  // namespace h5pave
