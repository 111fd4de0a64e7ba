// The environment in which an unmodified HDF5 program loads h5pave. Called by run, env and doctor.
// Thread rule: launch_environment() asks the linked libhdf5, main thread only; the rest is pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_context.h"
#include "cli/environment.h"

namespace h5pave::cli {

/// Values of the flags --index, --compat, … by option key.
using OptionFlags = std::map<std::string, std::string>;

/// One variable to set.
struct Assignment {
  std::string name;
  std::string value;
};

/// The value for HDF5_VOL_CONNECTOR: "h5pave", with the info string that `current` already held for
/// h5pave, less the keys in `flags` (an info string would override the environment).
std::string connector_value(const std::optional<std::string>& current, const OptionFlags& flags);

/// The name in a value of HDF5_VOL_CONNECTOR: its first word, empty when blank.
std::string connector_name(const std::string& value);

/// Everything to set in `environment`, whose plugin folders stay (join_plugin_path).
std::vector<Assignment> launch_assignments(const Environment& environment,
                                           const std::string& plugin_folder,
                                           const std::vector<std::string>& default_folders,
                                           const OptionFlags& flags);

/// launch_assignments() for this machine. Throws std::runtime_error, with the fix in the text, when
/// libh5pave.so does not lie where this command expects it.
std::vector<Assignment> launch_environment(const CommandContext& context, const OptionFlags& flags);

/// The plugin folder of this command, or std::runtime_error that says where was looked.
std::string require_plugin_folder(const CommandContext& context);

/// The default plugin folders of the linked libhdf5 and of the system's others, as far as they
/// exist. Requires that HDF5_PLUGIN_PATH was not set at the first HDF5 call: libhdf5 would return
/// that.
std::vector<std::string> machine_plugin_folders();

/// The flags of the option table for a subcommand. A value that the connector would not take is a
/// UsageError that names the legal ones. `flags` must outlive the parsing.
std::vector<OptionSpec> option_flags(OptionFlags& flags);

}  // namespace h5pave::cli
