#include "cli/launch.h"

#include <hdf5.h>

#include <stdexcept>

#include "cli/h5_error.h"
#include "cli/plugin_path.h"
#include "config/option_table.h"
#include "config/options.h"
#include "h5/plugin_folders.h"

namespace h5pave::cli {

namespace {

/// Throws UsageError when the connector would not take the value.
void check_value(const OptionRow& row, const std::string& value) {
  Complaints complaints;
  apply_settings(Options{}, {{std::string(row.key), value, "the command line"}}, complaints);
  if (complaints.empty()) return;
  throw UsageError("bad value '" + value + "' for --" + std::string(row.key) +
                   "; legal values: " + std::string(row.range));
}

}  // namespace

std::string require_plugin_folder(const CommandContext& context) {
  const auto executable_folder = context.executable.parent_path();
  if (const auto folder = find_plugin_folder(executable_folder)) return folder->string();
  std::string text = std::string(kPluginFile) + " is not where this command expects it:";
  for (const auto& candidate : plugin_folder_candidates(executable_folder)) {
    text += "\n  " + candidate.string();
  }
  throw std::runtime_error(
      text +
      "\nFix: install h5pave again (cmake --install BUILD --prefix PREFIX) and call "
      "PREFIX/bin/h5pave; a copy of the command alone does not work, a symbolic link does.");
}

std::vector<std::string> machine_plugin_folders() {
  silence_hdf5();
  return default_plugin_folders(plugin_folders());
}

std::vector<Assignment> launch_environment(const CommandContext& context,
                                           const OptionFlags& flags) {
  const std::string plugin_folder = require_plugin_folder(context);
  const auto current = context.environment.get("HDF5_PLUGIN_PATH");
  // The library is only asked when its answer is needed.
  const bool holds_entries = current && !split_plugin_path(*current).empty();
  return launch_assignments(context.environment, plugin_folder,
                            holds_entries ? std::vector<std::string>{} : machine_plugin_folders(),
                            flags);
}

std::vector<OptionSpec> option_flags(OptionFlags& flags) {
  std::vector<OptionSpec> options;
  for (const OptionRow& row : option_table()) {
    options.push_back(
        {std::string(row.key),
         std::string(row.help) + " [" + environment_name(row.key) + "]; " + std::string(row.range),
         [&row, &flags](const std::string& value) {
           check_value(row, value);
           flags[std::string(row.key)] = value;
         }});
  }
  return options;
}

}  // namespace h5pave::cli
