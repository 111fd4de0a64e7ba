#include "report/log.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace h5pave {

namespace {

constexpr std::size_t kMaxSeen = 1000;

void write_line(std::string_view text) {
  const int saved_errno = errno;
  const std::string rank = mpi_rank_text();
  std::string line = rank.empty() ? std::string("h5pave: ") : "h5pave: [rank " + rank + "] ";
  line.append(text);
  line += '\n';
  // One write keeps lines of several ranks apart; there is nobody to tell when stderr is closed.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  errno = saved_errno;
}

}  // namespace

std::string mpi_rank_text() {
  constexpr std::array kRankVariables{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
  for (const char* const variable : kRankVariables) {
    const char* const rank = std::getenv(variable);
    if (rank != nullptr && *rank != '\0') return rank;
  }
  return {};
}

void Log::write(LogLevel limit, LogLevel level, std::string_view text) noexcept {
  if (level > limit) return;
  try {
    write_line(text);
  } catch (...) {  // Out of memory for one line: the line is lost, the program goes on.
  }
}

void Log::write_once(LogLevel limit, LogLevel level, const std::string& text) {
  if (level > limit) return;
  {
    const std::lock_guard lock(mutex_);
    if (seen_.size() >= kMaxSeen || !seen_.insert(text).second) return;
  }
  write(limit, level, text);
}

}  // namespace h5pave
