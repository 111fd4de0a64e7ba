#include "cli/shell_quote.h"

namespace h5pave::cli {

namespace {

/// What replaces `letter` inside single quotes of `shell`; empty when it may stay.
std::string_view escape_in_quotes(Shell shell, char letter) {
  switch (shell) {
    case Shell::kSh:
      return letter == '\'' ? R"('\'')" : "";
    case Shell::kCsh:
      // csh expands its history even inside single quotes, and needs a backslash before a line end.
      if (letter == '\'') return R"('\'')";
      if (letter == '!') return R"(\!)";
      return letter == '\n' ? "\\\n" : "";
    case Shell::kFish:
      if (letter == '\'') return R"(\')";
      return letter == '\\' ? R"(\\)" : "";
  }
  return "";
}

}  // namespace

std::optional<Shell> parse_shell(std::string_view name) {
  for (const std::string_view sh : {"sh", "bash", "dash", "ksh", "zsh"}) {
    if (name == sh) return Shell::kSh;
  }
  if (name == "csh" || name == "tcsh") return Shell::kCsh;
  if (name == "fish") return Shell::kFish;
  return std::nullopt;
}

std::string quote_for_shell(Shell shell, std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    const std::string_view escape = escape_in_quotes(shell, letter);
    if (escape.empty()) {
      quoted += letter;
    } else {
      quoted += escape;
    }
  }
  return quoted + "'";
}

std::string export_line(Shell shell, std::string_view name, std::string_view value) {
  const std::string word = quote_for_shell(shell, value);
  const std::string variable(name);
  switch (shell) {
    case Shell::kSh:
      return "export " + variable + "=" + word + "\n";
    case Shell::kCsh:
      return "setenv " + variable + " " + word + "\n";
    case Shell::kFish:
      return "set -gx " + variable + " " + word + "\n";
  }
  return {};
}

}  // namespace h5pave::cli
