#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command_spec.h"
#include "cli/exit_code.h"

namespace h5pave::cli {

namespace {

/// Lets a UsageError look like an error of the parser.
void take_value(const std::function<void(const std::string&)>& take, const std::string& value) {
  try {
    take(value);
  } catch (const UsageError& error) {
    throw CLI::ValidationError(error.what());
  }
}

void add_operand(CLI::App& app, const OperandSpec& operand) {
  const auto take_one = [&operand](const std::string& value) { take_value(operand.take, value); };
  if (operand.count == OperandSpec::Count::kAny) {
    const auto take_all = [take_one](const std::vector<std::string>& values) {
      for (const std::string& value : values) take_one(value);
    };
    app.add_option_function<std::vector<std::string>>(operand.name, take_all, operand.help)
        ->type_name("");
    return;
  }
  auto* const option = app.add_option_function<std::string>(operand.name, take_one, operand.help);
  option->type_name("")->required(operand.count == OperandSpec::Count::kOne);
}

void add_command(CLI::App& parent, const CommandSpec& command) {
  auto* const app = parent.add_subcommand(command.name, command.description);
  app->footer(command.footer);
  if (command.hidden) app->group("");
  for (const FlagSpec& flag : command.flags) {
    app->add_flag_callback("--" + flag.name, flag.set, flag.help);
  }
  for (const OptionSpec& option : command.options) {
    const auto take = [&option](const std::string& value) { take_value(option.take, value); };
    const std::string letter = option.letter.empty() ? "" : "-" + option.letter + ",";
    app->add_option_function<std::string>(letter + "--" + option.name, take, option.help)
        ->type_name("VALUE");
  }
  for (const OperandSpec& operand : command.operands) add_operand(*app, operand);
}

void describe(CLI::App& app, const std::vector<CommandSpec>& commands,
              const std::function<std::string()>& version) {
  app.name("h5pave");
  app.description(
      "Modern chunk indexes for unmodified HDF5 programs.\n"
      "See h5pave(1), or h5pave SUBCOMMAND --help.");
  app.footer(
      "Exit status: 0 fine, 1 a problem was found, 2 the command line is wrong; more in "
      "h5pave(1).");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  for (const CommandSpec& command : commands) add_command(app, command);
}

int report_usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string command = "h5pave";
  for (const CLI::App* const chosen : app.get_subcommands()) command += " " + chosen->get_name();
  std::fprintf(stderr, "h5pave: %s\nTry '%s --help'.\n", error.what(), command.c_str());
  return kExitUsage;
}

}  // namespace

int parse_and_run(const std::vector<std::string>& words, const std::vector<CommandSpec>& commands,
                  const std::function<std::string()>& version) {
  CLI::App app;
  describe(app, commands, version);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return report_usage_error(app, error);
  }
  for (const CommandSpec& command : commands) {
    if (app.got_subcommand(command.name)) return command.action();
  }
  return kExitUsage;  // require_subcommand(1) leaves no way here
}

}  // namespace h5pave::cli
