#include "transfer_spaces.h"

#include <algorithm>
#include <stdexcept>

namespace h5pave {

namespace {

/// libhdf5 hands H5S_ALL, H5S_BLOCK and H5S_PLIST on as the numbers 0, 1 and 2.
constexpr hid_t kBlock = 1;
constexpr hid_t kPlist = 2;

UniqueId simple_space(const Extent& extent) {
  UniqueId space(H5Screate_simple(static_cast<int>(extent.size()),
                                  reinterpret_cast<const hsize_t*>(extent.data()), nullptr),
                 H5Sclose);
  if (!space.is_open()) throw std::runtime_error("libhdf5 gives no dataspace");
  return space;
}

}  // namespace

bool is_block(hid_t memory_space) { return memory_space == kBlock; }

TransferSpaces::TransferSpaces(hid_t memory_space, hid_t file_space, const Extent& extent) {
  if (file_space == kBlock || file_space == kPlist || memory_space == kPlist)
    throw std::runtime_error("a dataspace comes from a property list");
  if (file_space == H5S_ALL) own_file_ = simple_space(extent);
  file_ = file_space == H5S_ALL ? own_file_.get() : file_space;
  if (is_block(memory_space)) {
    const hssize_t elements = H5Sget_select_npoints(file_);
    own_memory_ = simple_space({static_cast<std::uint64_t>(std::max<hssize_t>(elements, 0))});
  }
  memory_ = memory_space == H5S_ALL ? file_
            : own_memory_.is_open() ? own_memory_.get()
                                    : memory_space;
}

}  // namespace h5pave
