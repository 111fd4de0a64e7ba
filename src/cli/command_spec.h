// What a subcommand looks like on the command line, in words of our own: only parser.cpp knows
// CLI11, whose headers take long to compile. Thread rule: plain values, main thread only.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace h5pave::cli {

/// A value on the command line is wrong; what() is shown as it is.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// --name
struct FlagSpec {
  std::string name;
  std::string help;
  std::function<void()> set;
};

/// --name VALUE, or -l VALUE where it has a letter.
struct OptionSpec {
  std::string name;
  std::string help;
  std::function<void(const std::string&)> take;  ///< May throw UsageError.
  std::string letter = {};
};

/// NAME, or NAME… when repeated.
struct OperandSpec {
  enum class Count { kOptional, kOne, kAny };
  std::string name;
  std::string help;
  Count count = Count::kOne;
  std::function<void(const std::string&)> take;
};

struct CommandSpec {
  std::string name;
  std::string description;
  std::string footer;  ///< Shown at the end of the help.
  bool hidden = false;
  std::vector<FlagSpec> flags;
  std::vector<OptionSpec> options;
  std::vector<OperandSpec> operands;
  std::function<int()> action;  ///< Returns the exit status.
};

/// Understands `words` (without the name of the command itself) and runs the action of the chosen
/// subcommand. Help and version go to stdout with status 0, a wrong command line to stderr with
/// status 2. `version` is asked only when it is wanted.
int parse_and_run(const std::vector<std::string>& words, const std::vector<CommandSpec>& commands,
                  const std::function<std::string()>& version);

}  // namespace h5pave::cli
