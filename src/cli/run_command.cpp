// `h5pave run`: sets the environment and becomes the program.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/launch.h"

namespace h5pave::cli {

namespace {

/// A connector that the user chose before is not stacked behind his back: say what happens to it.
void tell_replaced_connector(const Environment& environment) {
  const auto current = environment.get("HDF5_VOL_CONNECTOR");
  if (!current) return;
  const std::string name = connector_name(*current);
  if (name.empty() || name == "h5pave" || name == "native") return;
  fmt::print(stderr,
             "h5pave: HDF5_VOL_CONNECTOR={} is replaced by h5pave. To stack h5pave over it, set "
             "HDF5_VOL_CONNECTOR='h5pave under_vol=NUMBER;under_info={{…}}' and call h5pave run "
             "again\n",
             *current);
}

int execute(std::vector<std::string> program, const Environment& environment) {
  std::vector<std::string> entries = environment.entries();
  execvpe(program.front().c_str(), exec_array(program).data(), exec_array(entries).data());
  const int error = errno;
  fmt::print(stderr, "h5pave: cannot run '{}': {}\n", program.front(), std::strerror(error));
  return error == ENOENT ? kExitNotFound : kExitCannotRun;
}

int run(const CommandContext& context, const OptionFlags& flags) {
  if (context.program.empty()) {
    fmt::print(stderr,
               "h5pave: no program to run; usage: h5pave run [OPTIONS] -- PROGRAM [ARG…]\n");
    return kExitUsage;
  }
  tell_replaced_connector(context.environment);
  Environment environment = context.environment;
  for (const Assignment& assignment : launch_environment(context, flags)) {
    environment.set(assignment.name, assignment.value);
  }
  return execute(context.program, environment);
}

}  // namespace

CommandSpec run_command(const CommandContext& context) {
  const auto flags = std::make_shared<OptionFlags>();
  CommandSpec command;
  command.name = "run";
  command.description = "Run a program with h5pave: h5pave run [OPTIONS] -- PROGRAM [ARG...]";
  command.footer =
      "Exit status: the program's; 127 when it is not found, 126 when it cannot be run,\n"
      "2 for a bad option, 1 when the plugin is missing.";
  command.options = option_flags(*flags);
  command.action = [&context, flags] { return run(context, *flags); };
  return command;
}

}  // namespace h5pave::cli
