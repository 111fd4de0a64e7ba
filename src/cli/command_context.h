// What every subcommand gets: the environment as the user gave it, where the command itself lies,
// and the words after `--`. A subcommand's add_…() describes its options to CLI11 and sets
// `action`, which main() runs after the command line was understood. Thread rule: main thread only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command_spec.h"
#include "cli/environment.h"

namespace h5pave::cli {

struct CommandContext {
  Environment environment;           ///< As it was at the start.
  std::filesystem::path executable;  ///< This command, symbolic links resolved.
  std::vector<std::string> program;  ///< What follows `--` (run, doctor).
};

/// Name of the hidden subcommand that doctor runs in child processes.
inline constexpr const char* kProbeCommand = "probe";
/// Name of the hidden subcommand that bench runs in child processes.
inline constexpr const char* kBenchStepCommand = "bench-step";

CommandSpec run_command(const CommandContext& context);
CommandSpec env_command(const CommandContext& context);
CommandSpec options_command();
CommandSpec info_command();
CommandSpec doctor_command(const CommandContext& context);
CommandSpec probe_command();
CommandSpec bench_command(const CommandContext& context);
CommandSpec bench_step_command();
CommandSpec plan_command();
CommandSpec report_command();

}  // namespace h5pave::cli
