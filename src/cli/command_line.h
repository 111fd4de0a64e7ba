// Takes a command line apart before CLI11 sees it. Thread rule: pure functions.
#pragma once

#include <string>
#include <vector>

namespace h5pave::cli {

struct CommandLine {
  std::vector<std::string> own;      ///< For h5pave: the subcommand and its options.
  std::vector<std::string> program;  ///< The program to run with its arguments; may be empty.
};

/// `words` without the name of the command itself. For `run` the program starts after `--`, or at
/// the first word that is neither an option nor an option's value; for `doctor` after `--` only.
/// Every other subcommand keeps all words.
CommandLine split_command_line(const std::vector<std::string>& words);

}  // namespace h5pave::cli
