// The one hard link by which a dataset that was just created is found, and how another dataset
// takes its place.
//
// Called by filter_withdrawal.cpp. Thread rule: the thread that called HDF5, inside one of its
// calls with the dataset.
#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>

#include "native_dataset.h"
#include "object.h"

namespace h5pave {

enum class Replacement {
  kDone,
  kRefused,   ///< By libhdf5: all is as before.
  kNameLost,  ///< Half done: the handle's dataset has no link, or is not the one under the link.
};

class DatasetLink {
 public:
  /// Looks for the link of a native dataset. Leaves errors on the stack.
  explicit DatasetLink(Object& dataset);

  /// False where others than this link lead to the dataset, or where its order among others is
  /// kept, which no second link in its place would have.
  bool is_replaceable() const { return obstacle_.empty(); }
  std::string_view obstacle() const { return obstacle_; }

  /// Absolute; empty for an anonymous dataset, which has no link and can be replaced, too.
  const std::string& path() const { return path_; }

  /// Puts `next`, which nothing leads to, in the dataset's place, under the link and in the handle,
  /// and gives up what was there. Requires is_replaceable().
  Replacement lead_to(NativeDataset next) const;

 private:
  std::string_view find();
  NativeDataset open_at_path() const;
  bool link_again() const;
  void take(NativeDataset next) const;

  Object& dataset_;
  std::string path_;
  H5T_cset_t encoding_ = H5T_CSET_ASCII;  ///< Of the link's name.
  std::string_view obstacle_;
};

}  // namespace h5pave
