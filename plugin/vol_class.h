// The table of all VOL callbacks. Called by plugin_entry.cpp and introspection.
#pragma once

#include <hdf5.h>

namespace h5pave {

/// The connector class that libhdf5 registers; constant.
const H5VL_class_t& connector_class_instance();

}  // namespace h5pave
