// What libh5pave.so exports: HDF5's two plugin functions, and one for our own further images.
#pragma once

#include <H5PLextern.h>
#include <hdf5.h>

/// Binds the image that exports it; see images.h.
using H5paveBindImage = const H5VL_class_t* (*)(const void* caller, const char** error);

extern "C" {
H5PLUGIN_DLL const H5VL_class_t* h5pave_bind_image(const void* caller, const char** error);
}
