// A folder of its own below $TMPDIR that is removed with all that is in it. Called by doctor and
// bench. Thread rule: main thread only.
#pragma once

#include <filesystem>
#include <string>

namespace h5pave::cli {

class TemporaryFolder {
 public:
  /// `purpose` becomes part of its name. Throws std::runtime_error when it cannot be made.
  explicit TemporaryFolder(const std::string& purpose);
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace h5pave::cli
