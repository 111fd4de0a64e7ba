// `h5pave env`: prints the variables for a shell.
#include <fmt/format.h>

#include <memory>

#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/launch.h"
#include "cli/shell_quote.h"

namespace h5pave::cli {

namespace {

struct EnvArguments {
  OptionFlags flags;
  Shell shell = Shell::kSh;
};

int print_environment(const CommandContext& context, const EnvArguments& arguments) {
  for (const auto& [name, value] : launch_environment(context, arguments.flags)) {
    fmt::print("{}", export_line(arguments.shell, name, value));
  }
  return kExitFine;
}

}  // namespace

CommandSpec env_command(const CommandContext& context) {
  const auto arguments = std::make_shared<EnvArguments>();
  CommandSpec command;
  command.name = "env";
  command.description = "Print the variables that choose h5pave, for a shell to evaluate";
  command.footer = "Example: eval \"$(h5pave env --log info)\"";
  command.options = option_flags(arguments->flags);
  command.options.push_back(
      {"shell", "Whose syntax: sh (bash, dash, ksh, zsh), csh (tcsh), fish [sh]",
       [arguments](const std::string& name) {
         const auto shell = parse_shell(name);
         if (!shell) throw UsageError("unknown shell '" + name + "'; known: sh, csh, fish");
         arguments->shell = *shell;
       }});
  command.action = [&context, arguments] { return print_environment(context, *arguments); };
  return command;
}

}  // namespace h5pave::cli
