// What the options chunk, filter and checksum change about a new dataset: asks the advisors, makes
// the creation list that says so, and remembers what the program asked.
//
// Called by dataset_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <memory>
#include <optional>
#include <string>

#include "create_call.h"
#include "filter_amendment.h"
#include "shape_amendment.h"

namespace h5pave {

struct AccessProfile;

class AmendedStorage {
 public:
  /// Tells log and statistics what is changed and what is not.
  explicit AmendedStorage(const CreateCall& call);

  /// H5I_INVALID_HID where everything stays as the program asked.
  hid_t list() const {
    if (filtered_) return filtered_->id();
    return reshaped_ ? reshaped_->id() : H5I_INVALID_HID;
  }

  /// A number for the shape that was chosen, which ranks compare.
  std::int64_t choice() const noexcept;

  /// Remembers what the program asked of the dataset that was created with list().
  void note(Object& created) const;

 private:
  void choose_shape(const CreateCall& call, const std::string& path, const AccessProfile* profile,
                    Filters filters);
  void choose_filters(const CreateCall& call, const FilterAdvice& advice);

  std::optional<ShapeQuestion> asked_;  ///< Set where the shape changes.
  ChunkShape given_;                    ///< The shape it changes to.
  std::optional<ReshapedList> reshaped_;
  FilterQuestion filter_question_;
  ChunkShape filtered_chunk_;
  std::optional<FilteredList> filtered_;
};

/// What to change; null where all stays. All ranks of an MPI file change the same. Running out of
/// memory here must not keep the program from creating its dataset.
std::unique_ptr<AmendedStorage> amended_storage(const CreateCall& call);  // collective

}  // namespace h5pave
