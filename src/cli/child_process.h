// Runs a program and takes what it prints. Used by doctor for everything that might crash or hang.
// Thread rule: main thread only.
#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"

namespace h5pave::cli {

struct ChildResult {
  int exit_status = 0;  ///< 127 when it could not be started; -1 when a signal ended it.
  bool timed_out = false;
  std::string ending;  ///< Why it ended when not by itself, e.g. "Segmentation fault".
  std::string output;  ///< stdout
  std::string errors;  ///< stderr

  bool succeeded() const { return exit_status == 0 && !timed_out; }
};

/// Runs `words` (found through PATH of this process) with `environment`, stdin empty, for at most
/// `limit_s` seconds. Throws std::runtime_error when no process can be made.
ChildResult run_child(std::vector<std::string> words, const Environment& environment, int limit_s);

/// The lines of a text, without line ends; empty lines are dropped.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace h5pave::cli
