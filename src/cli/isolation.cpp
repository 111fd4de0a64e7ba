#include "cli/isolation.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace h5pave::cli {

namespace {

constexpr std::size_t kSharedBytes = 4096;
constexpr std::size_t kMaxCrashes = 1000;

bool is_crash(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL ||
         signal == SIGABRT;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::runtime_error(std::string("waitpid: ") + std::strerror(errno));
  }
  return status;
}

/// The child's part; never returns.
[[noreturn]] void inspect_and_exit(
    const std::function<int(Progress&, const std::vector<Crash>&)>& inspect, Progress& progress,
    const std::vector<Crash>& crashes) {
  int status = 1;
  try {
    status = inspect(progress, crashes);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "h5pave: %s\n", error.what());
  }
  if (std::fflush(stdout) != 0) {
    std::fprintf(stderr, "h5pave: cannot write the output: %s\n", std::strerror(errno));
    status = 1;
  }
  _exit(status);  // What HDF5 would do at exit is of no use for a file that is only read.
}

}  // namespace

Progress::Progress()
    : shared_(static_cast<char*>(
          mmap(nullptr, kSharedBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
  if (shared_ == MAP_FAILED) {
    throw std::runtime_error(std::string("cannot share memory: ") + std::strerror(errno));
  }
}

Progress::~Progress() { munmap(shared_, kSharedBytes); }

void Progress::reading(const std::string& path) noexcept {
  const std::size_t length = std::min(path.size(), kSharedBytes - 1);
  std::memcpy(shared_, path.data(), length);
  shared_[length] = '\0';
}

std::string Progress::last() const { return shared_; }

int run_isolated(const std::function<int(Progress&, const std::vector<Crash>&)>& inspect) {
  Progress progress;
  std::vector<Crash> crashes;
  while (crashes.size() < kMaxCrashes) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error(std::string("cannot fork: ") + std::strerror(errno));
    if (child == 0) inspect_and_exit(inspect, progress, crashes);
    const int status = wait_for(child);
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    const int signal = WTERMSIG(status);
    if (!is_crash(signal)) {
      std::signal(signal, SIG_DFL);
      raise(signal);  // E.g. a closed pipe: end the same way.
      return 128 + signal;
    }
    const std::string path = progress.last();
    const std::string reason = std::string("libhdf5 crashed on it (") + strsignal(signal) + ")";
    const bool again = std::any_of(crashes.begin(), crashes.end(),
                                   [&path](const Crash& crash) { return crash.path == path; });
    if (path.empty() || again) throw std::runtime_error("the file is damaged; " + reason);
    crashes.push_back({path, reason});
  }
  throw std::runtime_error("the file is damaged; libhdf5 crashes on too many of its objects");
}

}  // namespace h5pave::cli
