// `h5pave env`: prints the variables for a shell.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/launch.h"
#include "cli/shell_quote.h"

namespace h5pave::cli {

namespace {

struct EnvArguments {
  OptionFlags flags;
  std::string shell = "sh";
};

int print_environment(const CommandContext& context, const EnvArguments& arguments) {
  const auto shell = parse_shell(arguments.shell);
  for (const auto& [name, value] : launch_environment(context, arguments.flags)) {
    fmt::print("{}", export_line(shell.value_or(Shell::kSh), name, value));
  }
  return kExitFine;
}

}  // namespace

void add_env_command(CLI::App& app, CommandContext& context) {
  auto* const command =
      app.add_subcommand("env", "Print the variables that choose h5pave, for a shell to evaluate");
  command->footer("Example: eval \"$(h5pave env --log info)\"");
  const auto arguments = std::make_shared<EnvArguments>();
  add_option_flags(*command, arguments->flags);
  command
      ->add_option("--shell", arguments->shell,
                   "Whose syntax: sh (bash, dash, ksh, zsh), csh (tcsh), fish [sh]")
      ->check([](const std::string& name) {
        return parse_shell(name) ? std::string()
                                 : "unknown shell '" + name + "'; known: sh, csh, fish";
      })
      ->type_name("NAME");
  command->callback([&context, arguments] {
    context.action = [&context, arguments] { return print_environment(context, *arguments); };
  });
}

}  // namespace h5pave::cli
