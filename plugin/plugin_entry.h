// What libh5pave.so exports: HDF5's two plugin functions, and one for our own further images.
#pragma once

#include <H5PLextern.h>
#include <hdf5.h>

/// What the first image tells a further one.
struct H5paveImageRole {
  unsigned number;                          ///< 1 for the image that HDF5 loaded, then 2, 3, …
  bool (*is_first_time)(const char* text);  ///< As h5pave::is_first_time(), for all images.
};

/// Binds the image that exports it; see images.h.
using H5paveBindImage = const H5VL_class_t* (*)(const void* caller, const H5paveImageRole* role,
                                                const char** error);

extern "C" {
H5PLUGIN_DLL const H5VL_class_t* h5pave_bind_image(const void* caller, const H5paveImageRole* role,
                                                   const char** error);
}
