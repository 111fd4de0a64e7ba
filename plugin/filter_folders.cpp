#include "filter_folders.h"

#include <dlfcn.h>
#include <hdf5.h>
#include <link.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "h5/binding.h"
#include "h5/error_stack.h"
#include "h5/plugin_folders.h"

namespace h5pave {

namespace fs = std::filesystem;

namespace {

using Folders = std::vector<fs::path>;

constexpr std::string_view kUpstreamDefault = "/usr/local/hdf5/lib/plugin";

/// The file of the libhdf5 that this image serves; empty for the main program.
fs::path library_file() {
  Dl_info info{};
  link_map* map = nullptr;
  if (dladdr1(bound_library_address(), &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0)
    return {};
  return map->l_name;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_h5pave_folder(const fs::path& folder) { return is_there(folder / "libh5pave.so"); }

/// `serial` for libhdf5_serial.so.310, Debian's names; empty for others.
std::string flavour_of(const fs::path& library) {
  constexpr std::string_view kPrefix = "libhdf5_";
  const std::string name = library.filename().string();
  const std::size_t end = name.find(".so");
  if (!name.starts_with(kPrefix) || end == std::string::npos) return {};
  return name.substr(kPrefix.size(), end - kPrefix.size());
}

/// Where libhdf5 looks by default, by what its builds are configured with.
Folders default_folders(const fs::path& library) {
  Folders folders{kUpstreamDefault};
  if (library.empty()) return folders;
  const fs::path below = library.parent_path() / "hdf5";
  folders.push_back(below / "plugin");
  if (const std::string flavour = flavour_of(library); !flavour.empty())
    folders.push_back(below / flavour / "plugins");
  return folders;
}

/// The folder of filters of the wheel that brings this libhdf5: SITE/netCDF4/plugins for one in
/// SITE/netcdf4.libs.
Folders wheel_folders(const fs::path& library) {
  const fs::path libraries = library.parent_path();
  const std::string name = libraries.filename().string();
  if (name != "netcdf4.libs" && name != "netCDF4.libs") return {};
  return {libraries.parent_path() / "netCDF4" / "plugins"};
}

void restore_missing_folders() {
  const SavedErrorStack saved;
  const QuietErrors quiet;
  const std::vector<std::string> folders = plugin_folders();
  const Folders searched(folders.begin(), folders.end());
  const fs::path library = library_file();
  Folders missing = wheel_folders(library);
  if (!searched.empty() && std::ranges::all_of(searched, is_h5pave_folder)) {
    const Folders defaults = default_folders(library);
    missing.insert(missing.end(), defaults.begin(), defaults.end());
  }
  for (const fs::path& folder : missing) {
    if (is_there(folder) && std::ranges::find(searched, folder) == searched.end())
      H5PLappend(folder.c_str());
  }
}

/// Without memory they stay hidden: the call in which this happens must not fail, least of all on
/// one of several ranks.
void restore_folders() noexcept {
  try {
    restore_missing_folders();
  } catch (const std::exception&) {
  }
}

std::atomic<bool> is_first_file = false;

}  // namespace

void restore_filter_folders_at_start() noexcept {
  restore_folders();
  is_first_file = true;
}

void restore_filter_folders_at_open() noexcept {
  if (is_first_file.exchange(false)) restore_folders();
}

}  // namespace h5pave
