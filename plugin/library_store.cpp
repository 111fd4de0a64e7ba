#include "library_store.h"

#include <stdexcept>

#include "h5/error_stack.h"
#include "mpi_bytes.h"
#include "under_class.h"

namespace h5pave {

namespace {

UniqueId collective_list() {
  UniqueId list(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
  if (!list.is_open() || mpi_library().calls.set_dxpl_mpio(list.get(), H5FD_MPIO_COLLECTIVE) < 0)
    throw std::runtime_error("libhdf5 gives no collective transfer list");
  return list;
}

}  // namespace

LibraryStore::LibraryStore(const H5VL_class_t& native, void* dataset, ChunkedDataset& facts,
                           MpiFile& file, PhaseSeconds* seconds)
    : native_(native),
      dataset_(dataset),
      facts_(facts),
      list_(collective_list()),
      file_(file),
      tapped_(*file.tapped),
      table_(*mpi_library().table),
      store_(native, dataset, facts, seconds) {}

// A dataset with late allocation is filled when libhdf5 writes to it for the first time. That must
// not happen while chunk bytes are dropped, so it is made to happen by a write of nothing.
bool LibraryStore::prepare() {
  const bool is_well = write_nothing();
  const QuietErrors quiet;
  if (H5Pget(list_.get(), "actual_selection_io_mode", &file_.allocation_io_mode) < 0)
    H5Eclear2(H5E_DEFAULT);
  return is_well;
}

bool LibraryStore::write_nothing() {
  const LibraryContext context;
  const Extent extent = facts_.extent(native_, dataset_).value_or(Extent{});
  hid_t space = H5Screate_simple(static_cast<int>(extent.size()),
                                 reinterpret_cast<const hsize_t*>(extent.data()), nullptr);
  hid_t type = facts_.type();
  void* dataset = dataset_;
  const std::byte nothing{};
  const void* buffer = &nothing;
  H5Sselect_none(space);
  const herr_t status = call_slot(native_.dataset_cls.write, std::size_t{1}, &dataset, &type,
                                  &space, &space, list_.get(), &buffer, nullptr);
  const SavedErrorStack saved;
  H5Sclose(space);
  return status >= 0;
}

std::optional<std::uint64_t> LibraryStore::allocate(const Extent& offset,
                                                    std::uint64_t stored_bytes) {
  // Never read: the tap takes the write away.
  static constexpr std::byte kNobodyReads{};
  tapped_.expect(&kNobodyReads, stored_bytes);
  const bool written =
      store_.write(offset, {&kNobodyReads, static_cast<std::size_t>(stored_bytes)});
  const auto address = tapped_.take_address();
  if (written && !address)
    push_error("place a chunk", "libhdf5 did not write it through its mpio driver");
  return written ? address : std::nullopt;
}

bool LibraryStore::write_at(std::uint64_t address, std::span<const std::byte> data) {
  return MpiBytes(tapped_).write_at(address, data);
}

bool LibraryStore::make_visible() {
  void* const file = tapped_.mpi_file();
  return file != nullptr && table_.make_visible(file) != 0;
}

}  // namespace h5pave
