#include "native_chunk_store.h"

#include <H5VLnative.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "dataset_names.h"
#include "h5/error_stack.h"
#include "under_class.h"

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

/// The image of the plugin belongs to one library, so one answer is enough.
bool library_is_version_2() {
  static const bool answer = [] {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    return H5get_libversion(&major, &minor, &release) >= 0 && major >= 2;
  }();
  return answer;
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

/// The same: takes note of the chunk's address.
int note_place(const hsize_t* offset, unsigned, haddr_t address, hsize_t, void* found) {
  auto& listing = *static_cast<std::pair<ChunkPlaces*, Extent>*>(found);
  std::copy_n(offset, listing.second.size(), listing.second.begin());
  listing.first->set(listing.second, address);
  return H5_ITER_CONT;
}

}  // namespace

bool NativeChunkStore::run(int operation, void* arguments) {
  const PhaseTimer timer(seconds_, &PhaseSeconds::store);
  H5VL_optional_args_t args{operation, arguments};
  return native_.dataset_cls.optional(dataset_, &args, H5P_DATASET_XFER_DEFAULT, nullptr) >= 0;
}

std::optional<std::uint64_t> NativeChunkStore::stored_bytes(const Extent& offset) {
  hsize_t bytes = 0;
  H5VL_native_dataset_optional_args_t args{};
  args.get_chunk_storage_size.offset = as_hsize(offset);
  args.get_chunk_storage_size.size = &bytes;
  H5Eclear2(H5E_DEFAULT);
  if (!run(H5VL_NATIVE_DATASET_GET_CHUNK_STORAGE_SIZE, &args)) return absent_by_error();
  // A Single Chunk that is only in libhdf5's chunk cache has no place yet and leaves the size
  // unset; counting the chunks writes it out.
  if (bytes == 0 && write_out_cached() && !run(H5VL_NATIVE_DATASET_GET_CHUNK_STORAGE_SIZE, &args))
    return absent_by_error();
  return bytes;
}

std::optional<std::uint64_t> NativeChunkStore::absent_by_error() {
  // 1.14 calls an absent chunk an error of its own, which has the records of the connector's
  // operation and of the function behind it. A damaged index fails further down, with more records.
  constexpr ssize_t kRecordsOfAbsence = 2;
  const bool absent = H5Eget_num(H5E_DEFAULT) == kRecordsOfAbsence;
  H5Eclear2(H5E_DEFAULT);
  if (absent) return 0;
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

bool NativeChunkStore::find_places(ChunkPlaces& places) {
  std::pair<ChunkPlaces*, Extent> listing{&places, Extent(facts_.format().chunk.size())};
  H5VL_native_dataset_optional_args_t args{};
  args.chunk_iter.op = note_place;
  args.chunk_iter.op_data = &listing;
  return run(H5VL_NATIVE_DATASET_CHUNK_ITER, &args);
}

std::uint32_t NativeChunkStore::written_mask(const void* arguments) {
  // The mask lies at the same place in both versions.
  static_assert(offsetof(WriteArguments1, filter_mask) == offsetof(WriteArguments2, filter_mask));
  return static_cast<const WriteArguments1*>(arguments)->filter_mask;
}

std::uint64_t NativeChunkStore::written_bytes(const void* arguments) {
  return library_is_version_2() ? static_cast<const WriteArguments2*>(arguments)->stored_bytes
                                : static_cast<const WriteArguments1*>(arguments)->stored_bytes;
}

const std::uint64_t* NativeChunkStore::raw_offset(const void* arguments) {
  static_assert(offsetof(WriteArguments1, offset) == offsetof(ReadArguments1, offset));
  return reinterpret_cast<const std::uint64_t*>(
      static_cast<const ReadArguments1*>(arguments)->offset);
}

bool NativeChunkStore::write(const Extent& offset, std::span<const std::byte> stored) {
  WriteArguments2 args2{as_hsize(offset), 0, stored.size(), stored.data()};
  WriteArguments1 args1{as_hsize(offset), 0, static_cast<std::uint32_t>(stored.size()),
                        stored.data()};
  void* const arguments = library_is_version_2() ? static_cast<void*>(&args2) : &args1;
  if (run(H5VL_NATIVE_DATASET_CHUNK_WRITE, arguments)) return true;
  {
    const SavedErrorStack saved;
    forget_address(offset);
  }
  return fail_to_write(offset);
}

// When the bytes of a new chunk cannot be written, libhdf5 (1.14.5, 2.0.0) has given it a place,
// remembers that place as the dataset's last looked up chunk, and has not put it into the index. A
// second try would take the place from there and never fill in the index: the chunk would be gone
// after the close. Looking up any other chunk makes libhdf5 forget it. Where there is no other,
// libhdf5 itself writes the chunk the next time: at another size it does fill in the index.
void NativeChunkStore::forget_address(const Extent& offset) {
  const Extent extent = facts_.extent(native_, dataset_).value_or(Extent{});
  const Extent& chunk = facts_.format().chunk;
  for (std::size_t dim = 0; dim < extent.size(); ++dim) {
    Extent other = offset;
    if (offset[dim] >= chunk[dim]) {
      other[dim] -= chunk[dim];
    } else if (offset[dim] + chunk[dim] < extent[dim]) {
      other[dim] += chunk[dim];
    } else {
      continue;
    }
    static_cast<void>(stored_bytes(other));
    return;
  }
  facts_.only_chunk_failed = true;
}

bool NativeChunkStore::write_decoded(const Extent& offset, std::span<const std::byte> chunk) {
  const std::optional<Extent> extent = facts_.extent(native_, dataset_);
  if (!extent) return fail_to_write(offset);
  if (extent->empty()) return true;  // Nothing of the chunk is in the dataset any more.
  const Extent& lengths = facts_.format().chunk;
  Extent inside;
  for (std::size_t dim = 0; dim < lengths.size(); ++dim) {
    if (offset[dim] >= (*extent)[dim]) return true;  // The same.
    inside.push_back(std::min(lengths[dim], (*extent)[dim] - offset[dim]));
  }
  if (!write_inside(offset, inside, *extent, chunk)) return fail_to_write(offset);
  if (!facts_.only_chunk_failed) return true;
  // Counted in the index, after libhdf5 wrote out its own cache.
  if (!write_out_cached()) return fail_to_write(offset);
  facts_.only_chunk_failed = false;
  return true;
}

bool NativeChunkStore::write_inside(const Extent& offset, const Extent& inside,
                                    const Extent& extent, std::span<const std::byte> chunk) {
  const Extent& lengths = facts_.format().chunk;
  const Extent zero(lengths.size(), 0);
  const int rank = static_cast<int>(lengths.size());
  hid_t file_space = H5Screate_simple(rank, as_hsize(extent), nullptr);
  hid_t mem_space = H5Screate_simple(rank, as_hsize(lengths), nullptr);
  hid_t type = facts_.type();
  const void* buffer = chunk.data();
  void* dataset = dataset_;
  const PhaseTimer timer(seconds_, &PhaseSeconds::store);
  const bool written =
      H5Sselect_hyperslab(file_space, H5S_SELECT_SET, as_hsize(offset), nullptr, as_hsize(inside),
                          nullptr) >= 0 &&
      H5Sselect_hyperslab(mem_space, H5S_SELECT_SET, as_hsize(zero), nullptr, as_hsize(inside),
                          nullptr) >= 0 &&
      call_slot(native_.dataset_cls.write, std::size_t{1}, &dataset, &type, &mem_space, &file_space,
                static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), &buffer, nullptr) >= 0;
  const SavedErrorStack saved;
  H5Sclose(file_space);
  H5Sclose(mem_space);
  return written;
}

bool NativeChunkStore::fail_to_write(const Extent& offset) const {
  const DatasetName name = name_of(native_, dataset_, H5I_DATASET);
  std::string text = "write the chunk at (";
  for (const std::uint64_t start : offset) text += std::to_string(start) + ", ";
  text.replace(text.size() - 2, 2, ")");
  text += " of " + name.path + " in '" + name.file + "'";
  push_error(text.c_str(), "libhdf5 could not; the chunk is kept for the next flush or close");
  return false;
}

}  // namespace h5pave
