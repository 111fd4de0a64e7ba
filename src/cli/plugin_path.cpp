#include "cli/plugin_path.h"

#include <algorithm>

#include "config/text.h"

namespace h5pave::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kUpstreamDefault = "/usr/local/hdf5/lib/plugin";

std::string_view without_trailing_slashes(std::string_view entry) {
  while (entry.size() > 1 && entry.back() == '/') entry.remove_suffix(1);
  return entry;
}

void add_once(std::vector<std::string>& entries, std::string_view entry) {
  const bool known = std::any_of(entries.begin(), entries.end(), [entry](const std::string& old) {
    return without_trailing_slashes(old) == without_trailing_slashes(entry);
  });
  if (!known) entries.emplace_back(entry);
}

/// Folders /usr/lib/<multiarch>/hdf5/<flavour>/plugins and …/hdf5/plugins that exist.
std::vector<std::string> debian_plugin_folders() {
  std::vector<std::string> folders;
  std::error_code error;
  const fs::path root = fs::path("/usr/lib") / H5PAVE_MULTIARCH / "hdf5";
  for (const char* const flavour : {"serial", "openmpi", "mpich", "."}) {
    const fs::path folder = (root / flavour / "plugins").lexically_normal();
    if (fs::is_directory(folder, error)) folders.push_back(folder.string());
  }
  return folders;
}

}  // namespace

std::vector<std::string> split_plugin_path(std::string_view text) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    const auto colon = std::min(text.find(':'), text.size());
    if (colon > 0) entries.emplace_back(text.substr(0, colon));
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return entries;
}

std::string join_plugin_path(const std::string& plugin_folder,
                             const std::optional<std::string>& current,
                             const std::vector<std::string>& defaults) {
  std::vector<std::string> held = split_plugin_path(current.value_or(""));
  if (held.empty()) held = defaults;
  std::vector<std::string> entries{plugin_folder};
  for (const std::string& entry : held) add_once(entries, entry);
  std::string joined;
  for (const std::string& entry : entries) {
    if (!joined.empty()) joined += ':';
    joined += entry;
  }
  return joined;
}

std::vector<fs::path> plugin_folder_candidates(const fs::path& executable_folder) {
  return {(executable_folder / "../lib/h5pave/plugin").lexically_normal(),
          (executable_folder / "../plugin").lexically_normal(), executable_folder / "plugin"};
}

std::optional<fs::path> find_plugin_folder(const fs::path& executable_folder) {
  std::error_code error;
  for (const fs::path& folder : plugin_folder_candidates(executable_folder)) {
    if (fs::exists(folder / kPluginFile, error)) return folder;
  }
  return std::nullopt;
}

std::vector<std::string> default_plugin_folders(const std::vector<std::string>& library_default) {
  std::vector<std::string> folders;
  std::error_code error;
  for (const std::string& entry : library_default) {
    if (fs::is_directory(entry, error)) add_once(folders, entry);
  }
  if (fs::is_directory(kUpstreamDefault, error)) add_once(folders, kUpstreamDefault);
  for (const std::string& entry : debian_plugin_folders()) add_once(folders, entry);
  return folders;
}

}  // namespace h5pave::cli
