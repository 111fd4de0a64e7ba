#include "library_store.h"

#include <stdexcept>

#include "h5/error_stack.h"
#include "h5/unique_id.h"
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
      tapped_(*file.tapped),
      table_(*mpi_library().table),
      store_(native, dataset, facts, seconds) {}

// At the first chunk of a dataset with late allocation libhdf5 fills all chunks, collectively as
// all ranks are here. The tap lets those writes through. Should they fail on some rank, that rank's
// index is lost at the close (1.14.5), so the file must take no more writes: a failed place.
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

// With a list of our own, without what the program's may have (a data transform), and in the
// dataset's type: stock refuses conversions here even of nothing.
bool LibraryStore::write_nothing() {
  const UniqueId list = collective_list();  // Outlives the context, which writes to it at its end.
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
                                  &space, &space, list.get(), &buffer, nullptr);
  const SavedErrorStack saved;
  H5Sclose(space);
  return status >= 0;
}

bool LibraryStore::write_at(std::uint64_t address, std::span<const std::byte> data) {
  return MpiBytes(tapped_).write_at(address, data);
}

bool LibraryStore::make_visible() {
  void* const file = tapped_.mpi_file();
  return file != nullptr && table_.make_visible(file) != 0;
}

}  // namespace h5pave
