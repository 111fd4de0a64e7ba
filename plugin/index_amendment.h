// Between libhdf5's property lists and the index advisor: reads what the advisor asks, and makes
// the amended copy of the program's creation list that its advice needs.
//
// Called by dataset_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <optional>
#include <string_view>

#include "advisor/index_rules.h"
#include "object.h"

namespace h5pave {

/// The question for a dataset about to be created, or nothing when it is not chunked or when
/// libhdf5 will reject it anyway (rank mismatch, bad ids). Leaves the error stack as it was on
/// success paths and clears what it added itself.
std::optional<IndexQuestion> index_question(const Context& context, hid_t type_id, hid_t space_id,
                                            hid_t dcpl_id);

/// A copy of the program's creation list with the advice applied, or H5I_INVALID_HID when the
/// program's own list is to be used. Closed by amended_list_close().
class AmendedList {
 public:
  AmendedList(hid_t dcpl_id, Amendment amendment);
  AmendedList(const AmendedList&) = delete;
  AmendedList& operator=(const AmendedList&) = delete;
  ~AmendedList();

  bool valid() const { return copy_ >= 0; }
  hid_t id() const { return copy_; }

 private:
  hid_t copy_ = H5I_INVALID_HID;
};

/// The chunk index of an open dataset as libhdf5 says; nothing when it is not chunked or the
/// connector below is not native.
std::optional<IndexKind> actual_index(void* under, const Context& context);

}  // namespace h5pave
