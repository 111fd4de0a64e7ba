// Lines for a person on stderr. Every line is one write, starts with "h5pave:" and, in an MPI job,
// with the rank. Called by the plugin. Thread rule: safe from any thread.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "config/options.h"

namespace h5pave {

/// The rank of this process in its MPI job as its launcher says (Open MPI, PMI, PMIx, Slurm), or
/// an empty text outside a job.
std::string mpi_rank_text();

class Log {
 public:
  /// Writes "h5pave: <text>" when `level` is within `limit`. Never fails and keeps errno.
  static void write(LogLevel limit, LogLevel level, std::string_view text) noexcept;

  /// As write(), but each text only once in this process.
  void write_once(LogLevel limit, LogLevel level, const std::string& text);

 private:
  std::mutex mutex_;            // guards seen_
  std::set<std::string> seen_;  // at most kMaxSeen texts
};

}  // namespace h5pave
