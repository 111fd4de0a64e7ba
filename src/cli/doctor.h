// The checks of `h5pave doctor` that look at the machine. Each returns its findings and never
// fails. Called by doctor_command. Thread rule: main thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command_context.h"
#include "cli/finding.h"

namespace h5pave::cli {

/// Answers of `h5pave probe` by key; "error" holds what went wrong, also for a crash.
using ProbeAnswer = std::multimap<std::string, std::string>;

/// Asks in a child process of this command.
ProbeAnswer ask_probe(const CommandContext& context, const Environment& environment,
                      const std::vector<std::string>& question);

/// The first value of `key`, or an empty text.
std::string answer_value(const ProbeAnswer& answer, const std::string& key);

/// The plugin itself and its folder: there, loadable, alone.
Findings check_plugin(const CommandContext& context, const std::string& plugin_folder);

/// The plugins in the folders that programs look through, filters above all.
Findings check_plugin_folders(const CommandContext& context,
                              const std::vector<std::string>& folders);

/// The HDF5 libraries on this machine, in HDF5_ROOT, of python3 and of `context.program`.
Findings check_libraries(const CommandContext& context);

/// HDF5_VOL_CONNECTOR as it is: does HDF5 start with it?
Findings check_start(const CommandContext& context);

/// A dataset created with h5pave, by this command's libhdf5 and by h5py where there is one: is the
/// connector active and the index modern?
Findings check_end_to_end(const CommandContext& context);

/// The interpreter that `h5pave doctor` looks at: that of the program when it is Python, else
/// python3 of PATH. Empty when there is none.
std::string python_to_check(const CommandContext& context);

/// The full path of a command, as the shell would find it; empty when there is none.
std::string find_in_path(const std::string& name, const Environment& environment);

}  // namespace h5pave::cli
