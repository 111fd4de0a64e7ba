// One process may hold several libhdf5 (the h5py and netCDF4 wheels each bring one). Each needs an
// image of this plugin of its own, because the bound names are per image; yet all of them dlopen
// the same file and so get the same image. The first library gets this image, every further one a
// fresh image loaded from a copy in memory.
//
// Called by plugin_entry.cpp. Thread rule: safe from any thread.
#pragma once

#include <hdf5.h>

#include <string>

#include "plugin_entry.h"

namespace h5pave {

/// The connector class for the libhdf5 that contains `caller` (an address in its code), from an
/// image bound to that library. Null, with one line on stderr, when the library cannot be served.
const H5VL_class_t* class_for_library(const void* caller) noexcept;

/// Binds this image to the library that contains `caller`. Returns the class, or null with the
/// reason in `*error` (a static or thread-owned text).
const H5VL_class_t* bind_this_image(const void* caller, const char** error) noexcept;

/// Called once in a further image, before it is bound.
void set_image_role(const H5paveImageRole& role) noexcept;

/// 1 for the image that HDF5 loaded, 2 and more for those of further libraries.
unsigned image_number();

/// True when no image of this process asked about `text` before: what concerns the process, such as
/// a bad setting, is told once. False after very many texts.
bool is_first_time(const std::string& text);

}  // namespace h5pave
