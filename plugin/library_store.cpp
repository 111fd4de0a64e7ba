#include "library_store.h"

#include "h5/error_stack.h"
#include "mpi_bytes.h"
#include "under_class.h"

namespace h5pave {

LibraryStore::LibraryStore(const H5VL_class_t& native, void* dataset, ChunkedDataset& facts,
                           MpiFile& file, PhaseSeconds* seconds)
    : tapped_(*file.tapped),
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

bool LibraryStore::write_at(std::uint64_t address, std::span<const std::byte> data) {
  return MpiBytes(tapped_).write_at(address, data);
}

bool LibraryStore::make_visible() {
  void* const file = tapped_.mpi_file();
  return file != nullptr && table_.make_visible(file) != 0;
}

}  // namespace h5pave
