// The runs of adjacent elements that a selection consists of, in the order of the selection.
//
// Called by selection_transfer.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace h5pave {

/// Adjacent elements, as bytes from the first element of the dataspace.
struct ElementRun {
  std::uint64_t first_byte;
  std::size_t bytes;
};

class SelectionRuns {
 public:
  /// Throws std::runtime_error when libhdf5 gives no iterator.
  SelectionRuns(hid_t space, std::size_t element_bytes);
  SelectionRuns(const SelectionRuns&) = delete;
  SelectionRuns& operator=(const SelectionRuns&) = delete;
  ~SelectionRuns();

  /// Puts the runs of the next `elements` elements, fewer than 2^31 bytes, into `runs`. Throws
  /// std::runtime_error when the selection ends before.
  void next(std::size_t elements, std::vector<ElementRun>& runs);

 private:
  static constexpr std::size_t kRuns = 512;

  const std::size_t element_bytes_;
  hid_t iterator_;
  std::array<hsize_t, kRuns> first_bytes_{};
  std::array<std::size_t, kRuns> bytes_{};
};

}  // namespace h5pave
