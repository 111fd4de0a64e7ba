// The connector's info: the connector below and the options of one file access list.
//
// Called by vol_class.cpp (the info slots) and file_slots.cpp. Thread rule: an info is immutable.
#pragma once

#include <hdf5.h>

#include <memory>

#include "config/info_string.h"
#include "object.h"

namespace h5pave {

/// What libhdf5 keeps as `void* info` for us. libhdf5 passes null for "no info": native below us,
/// options of the environment.
struct ConnectorInfo {
  ConnectorInfo() = default;
  ConnectorInfo(const ConnectorInfo&) = delete;
  ConnectorInfo& operator=(const ConnectorInfo&) = delete;
  ~ConnectorInfo();

  hid_t under_id = H5I_INVALID_HID;  ///< One reference is held.
  void* under_info = nullptr;        ///< Owned; freed through the connector below.
  std::vector<Setting> settings;
  std::shared_ptr<const Options> options;
};

/// Where a file call goes: the connector below, its info, and the options.
struct Route {
  hid_t under_id;          ///< One reference, owned by who asks for the route.
  const void* under_info;  ///< Borrowed from the info.
  std::shared_ptr<const Options> options;
};

/// The route for `info`, which may be null. Throws when the native connector cannot be found.
Route route_for(const ConnectorInfo* info);

// The info slots of H5VL_class_t.
void* info_copy(const void* info) noexcept;
herr_t info_compare(int* order, const void* info1, const void* info2) noexcept;
herr_t info_free(void* info) noexcept;
herr_t info_to_string(const void* info, char** text) noexcept;
herr_t info_from_string(const char* text, void** info) noexcept;

}  // namespace h5pave
