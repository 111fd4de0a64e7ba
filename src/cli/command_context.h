// What every subcommand gets: the environment as the user gave it, where the command itself lies,
// and the words after `--`. A subcommand's add_…() describes its options to CLI11 and sets
// `action`, which main() runs after the command line was understood. Thread rule: main thread only.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/environment.h"

namespace CLI {
class App;
}

namespace h5pave::cli {

struct CommandContext {
  Environment environment;           ///< As it was at the start.
  std::filesystem::path executable;  ///< This command, symbolic links resolved.
  std::vector<std::string> program;  ///< What follows `--` (run, doctor).
  std::function<int()> action;       ///< Set by the chosen subcommand; returns the exit status.
};

/// Name of the hidden subcommand that doctor runs in child processes.
inline constexpr const char* kProbeCommand = "probe";

void add_run_command(CLI::App& app, CommandContext& context);
void add_env_command(CLI::App& app, CommandContext& context);
void add_options_command(CLI::App& app, CommandContext& context);
void add_info_command(CLI::App& app, CommandContext& context);
void add_doctor_command(CLI::App& app, CommandContext& context);
void add_probe_command(CLI::App& app, CommandContext& context);

}  // namespace h5pave::cli
