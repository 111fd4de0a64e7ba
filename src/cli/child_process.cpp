#include "cli/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace h5pave::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// A pipe that is closed at the end of its scope.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends_) {
      if (end >= 0) close(end);
    }
  }
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_write_end() {
    close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

[[noreturn]] void become(char* const* words, char* const* entries, int output, int errors) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execvpe(words[0], words, entries);
  const char* const reason = std::strerror(errno);
  // The parent shows it; nothing can be done about a failing write here.
  if (write(STDERR_FILENO, reason, std::strlen(reason)) < 0) _exit(127);
  _exit(127);
}

/// Appends what can be read now; false at the end of the stream.
bool drain(int descriptor, std::string& text) {
  std::array<char, 4096> buffer{};
  const ssize_t count = read(descriptor, buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

/// Reads both streams until they end; false when the time is up before.
bool collect(const Pipe& output, const Pipe& errors, ChildResult& result, int limit_s) {
  const auto end = Clock::now() + std::chrono::seconds(limit_s);
  std::array<pollfd, 2> streams{pollfd{output.read_end(), POLLIN, 0},
                                pollfd{errors.read_end(), POLLIN, 0}};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return false;
    const int ready = poll(streams.data(), streams.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (streams[0].revents != 0 && !drain(streams[0].fd, result.output)) streams[0].fd = -1;
    if (streams[1].revents != 0 && !drain(streams[1].fd, result.errors)) streams[1].fd = -1;
  }
  return true;
}

void take_status(pid_t child, ChildResult& result) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (WIFSIGNALED(status)) result.ending = strsignal(WTERMSIG(status));
}

}  // namespace

ChildResult run_child(std::vector<std::string> words, const Environment& environment, int limit_s) {
  std::vector<std::string> entries = environment.entries();
  const std::vector<char*> word_pointers = exec_array(words);
  const std::vector<char*> entry_pointers = exec_array(entries);
  Pipe output;
  Pipe errors;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error(std::string("cannot fork: ") + std::strerror(errno));
  if (child == 0) {
    become(word_pointers.data(), entry_pointers.data(), output.write_end(), errors.write_end());
  }
  output.close_write_end();
  errors.close_write_end();
  ChildResult result;
  result.timed_out = !collect(output, errors, result, limit_s);
  if (result.timed_out) kill(child, SIGKILL);
  take_status(child, result);
  if (result.timed_out) result.ending = "no answer in " + std::to_string(limit_s) + " s";
  return result;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = std::min(text.find('\n', start), text.size());
    if (end > start) lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

}  // namespace h5pave::cli
