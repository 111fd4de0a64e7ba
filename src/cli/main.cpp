// The command h5pave: reads the command line, runs the chosen subcommand.
#include <fmt/format.h>
#include <hdf5.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): unsetenv is POSIX
#include <unistd.h>

#include <CLI/CLI.hpp>
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

void describe(CLI::App& app, CommandContext& context) {
  app.description(
      "Modern chunk indexes for unmodified HDF5 programs.\n"
      "See h5pave(1), or h5pave SUBCOMMAND --help.");
  app.name("h5pave");
  app.set_version_flag("--version", version_text);
  app.footer(
      "Exit status: 0 fine, 1 a problem was found, 2 the command line is wrong; more in "
      "h5pave(1).");
  app.require_subcommand(1);
  add_run_command(app, context);
  add_env_command(app, context);
  add_options_command(app, context);
  add_info_command(app, context);
  add_doctor_command(app, context);
  add_probe_command(app, context);
}

/// Before the first HDF5 call: the command itself uses stock HDF5. Only info may need the plugin
/// path (for its filters); the others ask libhdf5 for its own default. A probe is there to see what
/// a program sees.
void prepare_environment(const CommandLine& line) {
  const std::string subcommand = line.own.empty() ? "" : line.own.front();
  if (subcommand == kProbeCommand) return;
  unsetenv("HDF5_VOL_CONNECTOR");
  if (subcommand != "info") unsetenv("HDF5_PLUGIN_PATH");
}

int report_usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string command = "h5pave";
  for (const CLI::App* const chosen : app.get_subcommands()) command += " " + chosen->get_name();
  fmt::print(stderr, "h5pave: {}\nTry '{} --help'.\n", error.what(), command);
  return kExitUsage;
}

/// A full disk or a closed pipe must not look like success.
int finish_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  fmt::print(stderr, "h5pave: cannot write the output: {}\n", std::strerror(errno));
  return kExitProblem;
}

int run_command(int argc, char** argv) {
  CommandContext context;
  context.environment = Environment(environ);
  context.executable = own_path();
  const CommandLine line = split_command_line({argv + std::min(argc, 1), argv + argc});
  context.program = line.program;

  prepare_environment(line);

  CLI::App app;
  describe(app, context);
  try {
    app.parse(std::vector<std::string>(line.own.rbegin(), line.own.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return finish_output(app.exit(error));
    return report_usage_error(app, error);
  }
  return finish_output(context.action());
}

}  // namespace

}  // namespace h5pave::cli

int main(int argc, char** argv) {
  try {
    return h5pave::cli::run_command(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "h5pave: {}\n", error.what());
    return h5pave::cli::kExitProblem;
  }
}
