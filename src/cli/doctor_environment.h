// The variables that choose the connector and its options: what is wrong with them? Called by
// doctor. Thread rule: pure, but for the questions to the file system that `Folders` answers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/finding.h"

namespace h5pave::cli {

/// The file system as the checks need it.
struct Folders {
  std::function<bool(const std::string&)> exists;        ///< Is it a folder?
  std::function<bool(const std::string&)> holds_plugin;  ///< Does libh5pave.so lie in it?
};

/// Checks HDF5_PLUGIN_PRELOAD, HDF5_VOL_CONNECTOR, HDF5_PLUGIN_PATH and H5PAVE_*.
/// `plugin_folder`: of this command, empty when it is not found. `default_folders`: what HDF5 looks
/// through when HDF5_PLUGIN_PATH is not set.
Findings check_environment(const Environment& environment, const std::string& plugin_folder,
                           const std::vector<std::string>& default_folders, const Folders& folders);

}  // namespace h5pave::cli
