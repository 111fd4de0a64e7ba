// The command h5pave: reads the command line, runs the chosen subcommand.
#include <fmt/format.h>
#include <hdf5.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): unsetenv is POSIX
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "cli/command_context.h"
#include "cli/command_line.h"
#include "cli/exit_code.h"
#include "report/version.h"

namespace h5pave::cli {

namespace {

std::filesystem::path own_path() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw std::runtime_error("cannot read /proc/self/exe: " + error.message());
  return path;
}

std::string version_text() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("h5pave {} (HDF5 {}.{}.{})", kVersion, major, minor, release);
}

/// Before the first HDF5 call: the command itself uses stock HDF5. Only info and plan may need the
/// plugin path (for filters); the others ask libhdf5 for its own default. A probe or a step of
/// bench is there to see what a program sees.
void prepare_environment(const CommandLine& line) {
  const std::string subcommand = line.own.empty() ? "" : line.own.front();
  if (subcommand == kProbeCommand || subcommand == kBenchStepCommand) return;
  unsetenv("HDF5_VOL_CONNECTOR");
  if (subcommand != "info" && subcommand != "plan") unsetenv("HDF5_PLUGIN_PATH");
}

/// A full disk or a closed pipe must not look like success.
int finish_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  fmt::print(stderr, "h5pave: cannot write the output: {}\n", std::strerror(errno));
  return kExitProblem;
}

int run_main(int argc, char** argv) {
  CommandContext context;
  context.environment = Environment(environ);
  context.executable = own_path();
  const CommandLine line = split_command_line({argv + std::min(argc, 1), argv + argc});
  context.program = line.program;

  prepare_environment(line);

  const std::vector<CommandSpec> commands{
      run_command(context),    env_command(context),   info_command(),
      doctor_command(context), bench_command(context), plan_command(),
      report_command(),        options_command(),      probe_command(),
      bench_step_command()};
  return finish_output(parse_and_run(line.own, commands, version_text));
}

}  // namespace

}  // namespace h5pave::cli

int main(int argc, char** argv) {
  try {
    return h5pave::cli::run_main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "h5pave: {}\n", error.what());
    return h5pave::cli::kExitProblem;
  }
}
