// The arguments of one H5Dcreate, so that it can be run again with another creation list, and the
// names that people know the dataset by.
//
// Called by dataset_slots.cpp and storage_amendment.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <string>

#include "dataset_names.h"
#include "object.h"
#include "under_class.h"

namespace h5pave {

struct CreateCall {
  Object* parent;
  const H5VL_loc_params_t* location;
  const char* name;
  hid_t lcpl_id, type_id, space_id, dcpl_id, dapl_id, dxpl_id;
  void** request;

  void* run(hid_t list) const {
    return call_slot(parent->context->under_class().dataset_cls.create, parent->under, location,
                     name, lcpl_id, type_id, space_id, list, dapl_id, dxpl_id, request);
  }

  /// Costs several HDF5 calls.
  DatasetName dataset_name() const {
    return name_below(parent->context->under_class(), parent->under, location->obj_type, name);
  }
};

inline bool is_told(const Context& context, LogLevel level) {
  return context.options().log >= level;
}

inline std::string shown_path(const DatasetName& name) {
  return name.path.empty() ? std::string("(anonymous)") : name.path;
}

}  // namespace h5pave
