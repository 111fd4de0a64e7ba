// Between libhdf5's property lists and the filter advisor (options filter and checksum): reads what
// the advisor asks, and makes the copy of a creation list that has more filters.
//
// Called by dataset_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string_view>

#include "advisor/filter_rules.h"
#include "object.h"

namespace h5pave {

/// The question for a dataset about to be created at `path` with the list `dcpl_id`. Leaves nothing
/// on the error stack; what libhdf5 will reject anyway is a question with an obstacle.
FilterQuestion filter_question(const Context& context, std::string_view path, hid_t type_id,
                               hid_t dcpl_id);

/// A copy of a creation list with `added` filters behind its own.
class FilteredList {
 public:
  FilteredList(hid_t dcpl_id, const FilterSteps& added);
  FilteredList(const FilteredList&) = delete;
  FilteredList& operator=(const FilteredList&) = delete;
  ~FilteredList();

  bool valid() const { return copy_ >= 0; }
  hid_t id() const { return copy_; }

  /// The added filters' bits in a filter mask.
  std::uint32_t added_bits() const { return added_bits_; }

 private:
  hid_t copy_ = H5I_INVALID_HID;
  std::uint32_t added_bits_ = 0;
};

}  // namespace h5pave
