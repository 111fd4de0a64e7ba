// The folders in which a libhdf5 looks for plugins. Called by the plugin and the command. Thread
// rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>
#include <vector>

namespace h5pave {

/// In the order of the search; those that cannot be read are left out. May leave errors on the
/// stack.
inline std::vector<std::string> plugin_folders() {
  std::vector<std::string> folders;
  unsigned count = 0;
  if (H5PLsize(&count) < 0) return folders;
  for (unsigned i = 0; i < count; ++i) {
    const ssize_t length = H5PLget(i, nullptr, 0);
    if (length <= 0) continue;
    std::string folder(static_cast<std::size_t>(length) + 1, '\0');
    if (H5PLget(i, folder.data(), folder.size()) < 0) continue;
    folder.resize(static_cast<std::size_t>(length));
    folders.push_back(std::move(folder));
  }
  return folders;
}

}  // namespace h5pave
