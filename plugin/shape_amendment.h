// Between libhdf5's property lists and the chunk-shape advisor: reads what the advisor asks, and
// makes the copy of the program's creation list that has the new shape.
//
// Called by dataset_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <optional>
#include <string_view>

#include "advisor/shape_advice.h"
#include "object.h"

namespace h5pave {

/// The question for a dataset about to be created at `path`. Nothing where its storage must stay
/// whatever the advisor thinks: option keep, SWMR files, contiguous datasets of MPI files and all
/// of those whose ranks cannot talk to each other, types that are not plain values, scalar and null
/// dataspaces, external or early allocated storage, unfiltered edge chunks, filters whose
/// parameters may have been made for the program's shape, lists that libhdf5 will reject. Leaves
/// nothing on the error stack.
std::optional<ShapeQuestion> shape_question(const Context& context, std::string_view path,
                                            hid_t type_id, hid_t space_id, hid_t dcpl_id);

/// A copy of a creation list with another chunk shape.
class ReshapedList {
 public:
  ReshapedList(hid_t dcpl_id, const ChunkShape& chunk);
  ReshapedList(const ReshapedList&) = delete;
  ReshapedList& operator=(const ReshapedList&) = delete;
  ~ReshapedList();

  bool valid() const { return copy_ >= 0; }
  hid_t id() const { return copy_; }

 private:
  hid_t copy_ = H5I_INVALID_HID;
};

}  // namespace h5pave
