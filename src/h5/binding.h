// Ties this image of the plugin to the libhdf5 that loaded it. All HDF5 names in plugin sources are
// pointers (see bound_header.h.in); here they get their values.
//
// Called by plugin/images.cpp. Thread rule: bind_symbols() before any other HDF5 call of the image.
#pragma once

#include <string>

namespace h5pave {

/// Looks up every name of bound_symbols.txt in `library` (a dlopen handle). Returns an empty text,
/// or a sentence that names the first symbol that is missing or lies in another library than
/// `anchor` (any address inside the library); then nothing is bound.
std::string bind_symbols(void* library, const void* anchor);

/// The address of `name` in the bound library, or nullptr when this release does not have it.
void* find_optional_symbol(const char* name);

/// The address that H5open is bound to, or nullptr before bind_symbols() succeeded.
const void* bound_library_address();

}  // namespace h5pave
