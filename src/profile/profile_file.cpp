#include "profile/profile_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>
#include <variant>

#include "profile/profile_text.h"

namespace h5pave {

namespace {

/// Why a step failed; 0: it did not.
using Errno = int;

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }

  bool is_open() const { return number_ >= 0; }
  int get() const { return number_; }

  /// Closes it; network file systems report here what could not be written.
  Errno close() {
    const int number = std::exchange(number_, -1);
    return ::close(number) == 0 ? 0 : errno;
  }

 private:
  int number_;
};

std::string sentence(const std::string& path, const std::string& what) {
  return "the profile '" + path + "' " + what;
}

std::string cannot(const char* verb, const std::string& path, Errno error) {
  if (error == ELOOP)
    return sentence(path,
                    "is a symbolic link, which is not followed; set H5PAVE_PROFILE to the "
                    "file itself");
  return sentence(path, std::string("cannot be ") + verb + ": " + ::strerrordesc_np(error) +
                            "; set H5PAVE_PROFILE to a file that can be read and written");
}

std::string not_plain(const std::string& path) { return sentence(path, "is not a plain file"); }

/// Of plain files alone; waits for nobody.
int open_plain(const std::string& path, int flags) {
  return ::open(path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
}

bool is_plain(const FileDescriptor& file, struct stat& status) {
  return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
}

/// The whole file, or a bit more than a profile may have.
Errno read_all(const FileDescriptor& file, std::string& text) {
  constexpr std::size_t kUsualBytes = 16384;  // Room for the longest costs more than all the rest.
  text.resize(kUsualBytes);
  std::size_t length = 0;
  while (length <= kLongestProfile) {
    if (length == text.size()) text.resize(std::min(2 * length, kLongestProfile + 1));
    const ssize_t got =
        ::pread(file.get(), text.data() + length, text.size() - length, static_cast<off_t>(length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return 0;
}

Errno write_all(const FileDescriptor& file, const std::string& text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t put = ::write(file.get(), text.data() + length, text.size() - length);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    length += static_cast<std::size_t>(put);
  }
  return 0;
}

/// The profile in an open file.
LoadedProfile read_profile(const FileDescriptor& file, const std::string& path) {
  std::string text;
  if (const Errno error = read_all(file, text); error != 0)
    return {std::nullopt, cannot("read", path, error)};
  if (text.empty()) return {};
  auto parsed = parse_profile(text);
  if (const auto* const fault = std::get_if<ProfileFault>(&parsed))
    return {std::nullopt, sentence(path, fault->text + "; it is left as it is and not used")};
  return {std::get<AccessProfile>(std::move(parsed)), {}};
}

enum class LockResult { kLocked, kReplaced, kBusy, kFailed };

/// Tries to lock `file`, which was opened as `path`: another writer may have put a new file there.
LockResult try_lock(const FileDescriptor& file, const std::string& path) {
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK || errno == EINTR ? LockResult::kBusy : LockResult::kFailed;
  struct stat opened {};
  struct stat named {};
  if (::fstat(file.get(), &opened) != 0) return LockResult::kFailed;
  const bool same = ::lstat(path.c_str(), &named) == 0 && named.st_dev == opened.st_dev &&
                    named.st_ino == opened.st_ino;
  return same ? LockResult::kLocked : LockResult::kReplaced;
}

/// Puts `text` in the place of `path`, which has the rights `mode`.
Errno replace(const std::string& path, const std::string& text, mode_t mode) {
  std::string temporary = path + ".XXXXXX";
  FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.is_open()) return errno;
  Errno error = write_all(file, text);
  // Where the file system has no rights to set, those of mkostemp stay.
  static_cast<void>(::fchmod(file.get(), mode & 0777));
  if (const Errno closing = file.close(); error == 0) error = closing;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(temporary.c_str());
  return error;
}

/// With the lock held.
std::string add_to_locked(const FileDescriptor& file, const std::string& path, mode_t mode,
                          const AccessProfile& more) {
  LoadedProfile loaded = read_profile(file, path);
  if (!loaded.trouble.empty()) return loaded.trouble;
  AccessProfile sum = loaded.profile ? *std::move(loaded.profile) : AccessProfile{};
  merge(sum, more);
  const Errno error = replace(path, profile_text(sum), mode);
  return error == 0 ? std::string() : cannot("written", path, error);
}

}  // namespace

LoadedProfile load_profile(const std::string& path) {
  const FileDescriptor file(open_plain(path, O_RDONLY));
  if (!file.is_open() && errno == ENOENT) return {};
  if (!file.is_open()) return {std::nullopt, cannot("read", path, errno)};
  struct stat status {};
  if (!is_plain(file, status)) return {std::nullopt, not_plain(path)};
  return read_profile(file, path);
}

namespace {

std::optional<std::string> try_once(const std::string& path, const AccessProfile& more) {
  const FileDescriptor file(open_plain(path, O_RDWR | O_CREAT));
  if (!file.is_open()) return cannot("written", path, errno);
  struct stat status {};
  if (!is_plain(file, status)) return not_plain(path);
  switch (try_lock(file, path)) {
    case LockResult::kLocked:
      return add_to_locked(file, path, status.st_mode, more);
    case LockResult::kFailed:
      return sentence(path, "cannot be locked: " + std::string(::strerrordesc_np(errno)) +
                                "; put it on a file system with locks, or give each process a "
                                "file of its own with %p in H5PAVE_PROFILE");
    case LockResult::kReplaced:
    case LockResult::kBusy:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> try_add_to_profile(const std::string& path, const AccessProfile& more,
                                              std::chrono::milliseconds patience) {
  using std::chrono::milliseconds;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  milliseconds pause{1};
  while (true) {
    if (auto done = try_once(path, more)) return done;
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, milliseconds{20});
  }
}

std::string add_to_profile(const std::string& path, const AccessProfile& more,
                           std::chrono::milliseconds patience) {
  return try_add_to_profile(path, more, patience)
      .value_or(
          sentence(path, "is being written by others for too long; what was recorded is lost"));
}

}  // namespace h5pave
