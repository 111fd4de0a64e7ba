// The value of HDF5_PLUGIN_PATH. The variable *replaces* the folder that libhdf5 was built to look
// in, so whoever sets it must add that folder again or third-party filters vanish.
// Called by: launch.cpp, doctor. Thread rule: pure functions, except where the file system is
// named.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h5pave::cli {

inline constexpr std::string_view kPluginFile = "libh5pave.so";

/// The entries of a path list as libhdf5 sees them: parts between colons, empty ones dropped.
std::vector<std::string> split_plugin_path(std::string_view text);

/// `plugin_folder`, then what `current` held, else (no value or no entries in it) `defaults`. An
/// entry that is already there is not added again, so that calling this on its own result changes
/// nothing. Entries that differ in trailing slashes only are the same.
std::string join_plugin_path(const std::string& plugin_folder,
                             const std::optional<std::string>& current,
                             const std::vector<std::string>& defaults);

/// Where the plugin may lie for an executable in `executable_folder`: installed, then uninstalled.
std::vector<std::filesystem::path> plugin_folder_candidates(
    const std::filesystem::path& executable_folder);

/// The first candidate that holds libh5pave.so (asks the file system).
std::optional<std::filesystem::path> find_plugin_folder(
    const std::filesystem::path& executable_folder);

/// Existing default plugin folders of the HDF5 builds usual on this system: the upstream default
/// and Debian's per flavour (asks the file system). `library_default` is what the linked libhdf5
/// says.
std::vector<std::string> default_plugin_folders(const std::vector<std::string>& library_default);

}  // namespace h5pave::cli
