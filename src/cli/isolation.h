// Runs an inspection in a child process, so that a damaged file that crashes libhdf5 costs one
// object and not the whole listing: the object that was being read is noted, and the inspection is
// run again without it. Called by info_command before the first HDF5 call. Thread rule: main thread
// only.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace h5pave::cli {

/// What the child is reading just now, visible to the parent after a crash.
class Progress {
 public:
  Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Paths longer than the shared page are cut.
  void reading(const std::string& path) noexcept;
  std::string last() const;

 private:
  char* shared_;
};

/// An object that crashed the reader.
struct Crash {
  std::string path;
  std::string reason;  ///< E.g. "libhdf5 crashed on it (Segmentation fault)".
};

/// Calls `inspect` in a child and returns its result, which must be an exit status. After a crash
/// `inspect` is called again with one Crash more; it must leave that object out and must have
/// printed nothing before the crash. Throws std::runtime_error when the crash is nowhere, or each
/// time.
int run_isolated(const std::function<int(Progress&, const std::vector<Crash>&)>& inspect);

}  // namespace h5pave::cli
