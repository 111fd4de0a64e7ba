#include "library_context.h"

#include <hdf5.h>

#include <stdexcept>

#include "h5/binding.h"

namespace h5pave {

namespace {

/// HDF5 2.0 gave these calls other names and the context as an argument.
struct Calls {
  herr_t (*start_1)() = nullptr;
  herr_t (*finish_1)() = nullptr;
  herr_t (*open_2)(void**) = nullptr;
  herr_t (*close_2)(void*) = nullptr;
};

template <typename Function>
void find(Function& function, const char* name) {
  function = reinterpret_cast<Function>(find_optional_symbol(name));
}

/// Looked up anew when this image was bound to another libhdf5.
const Calls& calls() {
  static const void* library = nullptr;
  static Calls names;
  if (library == bound_library_address()) return names;
  library = bound_library_address();
  find(names.start_1, "H5VLstart_lib_state");
  find(names.finish_1, "H5VLfinish_lib_state");
  find(names.open_2, "H5VLopen_lib_context");
  find(names.close_2, "H5VLclose_lib_context");
  return names;
}

}  // namespace

LibraryContext::LibraryContext() {
  const Calls& names = calls();
  const bool opened =
      names.open_2 != nullptr && names.close_2 != nullptr
          ? names.open_2(&context_) >= 0
          : names.start_1 != nullptr && names.finish_1 != nullptr && names.start_1() >= 0;
  if (!opened) throw std::runtime_error("libhdf5 gives no context for a call of its own");
}

LibraryContext::~LibraryContext() {
  const Calls& names = calls();
  if (names.open_2 != nullptr) {
    names.close_2(context_);
  } else {
    names.finish_1();
  }
}

}  // namespace h5pave
