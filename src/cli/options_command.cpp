// `h5pave options`: the option table as text or as the README's table.
#include <fmt/format.h>

#include <memory>

#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/table.h"
#include "config/option_table.h"

namespace h5pave::cli {

namespace {

/// "`auto`", or nothing for an empty default.
std::string markdown_code(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("`{}`", text);
}

/// Without the characters that Markdown takes for its own.
std::string escape_markup(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '|' || letter == '*') escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

void print_markdown() {
  fmt::print("| option | variable | default | values | what it does |\n|---|---|---|---|---|\n");
  for (const OptionRow& row : option_table()) {
    fmt::print("| `{}` | `{}` | {} | {} | {} |\n", row.key, environment_name(row.key),
               markdown_code(row.default_value), escape_markup(row.range), escape_markup(row.help));
  }
}

void print_table() {
  Table table({"option", "variable", "type", "default", "values", "help"});
  for (const OptionRow& row : option_table()) {
    table.add({std::string(row.key), environment_name(row.key), std::string(row.type),
               row.default_value.empty() ? "-" : std::string(row.default_value),
               std::string(row.range), std::string(row.help)});
  }
  table.print(stdout);
}

}  // namespace

CommandSpec options_command() {
  const auto markdown = std::make_shared<bool>(false);
  CommandSpec command;
  command.name = "options";
  command.description =
      "List the options: each is a flag of run and env, a variable, and a key of the connector's "
      "info string";
  command.flags = {{"markdown", "As a Markdown table", [markdown] { *markdown = true; }}};
  command.action = [markdown] {
    if (*markdown) {
      print_markdown();
    } else {
      print_table();
    }
    return kExitFine;
  };
  return command;
}

}  // namespace h5pave::cli
