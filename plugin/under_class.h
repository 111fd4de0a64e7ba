// The callbacks of the connector below, called as libhdf5 itself calls them: through its class.
//
// The public H5VL* functions would do the same and more: each is an API call of its own, which
// takes the library's lock, looks up the connector's id and, when the call fails, prints the error
// stack. A failing call then prints its errors twice, and being loaded costs twice as much.
//
// Called by every slot that goes to the connector below. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

#include <stdexcept>

namespace h5pave {

/// The class of a registered connector; valid while an id of it is held. Throws when the connector
/// does not tell.
inline const H5VL_class_t& class_of(hid_t connector_id) {
  const H5VL_class_t* found = nullptr;
  // A connector asked about itself does not look at the object, which must not be null, though.
  int no_object = 0;
  if (H5VLintrospect_get_conn_cls(&no_object, connector_id, H5VL_GET_CONN_LVL_CURR, &found) < 0 ||
      found == nullptr)
    throw std::runtime_error("the connector below does not tell its callbacks");
  return *found;
}

/// `slot(arguments…)`. Throws when the connector below leaves that slot empty.
template <typename R, typename... Parameters, typename... Arguments>
R call_slot(R (*slot)(Parameters...), Arguments... arguments) {
  if (slot == nullptr) throw std::runtime_error("the connector below has no such operation");
  return slot(arguments...);
}

/// The same for questions whose answer is not vital: negative when there is no such operation.
template <typename... Parameters, typename... Arguments>
herr_t ask_slot(herr_t (*slot)(Parameters...), Arguments... arguments) {
  return slot == nullptr ? -1 : slot(arguments...);
}

}  // namespace h5pave
