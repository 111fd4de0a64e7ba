#include "cli/command_line.h"

#include <algorithm>

#include "config/option_table.h"

namespace h5pave::cli {

namespace {

/// True for "--log" (its value is the next word), false for "--log=info", "--help" and the like.
bool takes_next_word(const std::string& word) {
  return word.starts_with("--") && find_option(word.substr(2)) != nullptr;
}

/// Index of the first word of the program of `run`, or of the `--` before it.
std::size_t find_program(const std::vector<std::string>& words) {
  std::size_t i = 1;
  while (i < words.size() && words[i] != "--" && words[i].starts_with("-")) {
    i += takes_next_word(words[i]) ? 2U : 1U;
  }
  return std::min(i, words.size());
}

}  // namespace

CommandLine split_command_line(const std::vector<std::string>& words) {
  const bool is_run = !words.empty() && words[0] == "run";
  const bool is_doctor = !words.empty() && words[0] == "doctor";
  if (!is_run && !is_doctor) return {words, {}};
  const auto mark = is_run ? words.begin() + static_cast<std::ptrdiff_t>(find_program(words))
                           : std::find(words.begin(), words.end(), "--");
  CommandLine line{{words.begin(), mark}, {mark, words.end()}};
  if (!line.program.empty() && line.program.front() == "--") {
    line.program.erase(line.program.begin());
  }
  return line;
}

}  // namespace h5pave::cli
