#include "cli/temporary_folder.h"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace h5pave::cli {

TemporaryFolder::TemporaryFolder(const std::string& purpose) {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  if (error) {
    throw std::runtime_error("no folder for temporary files (TMPDIR): " + error.message());
  }
  std::string name = (parent / ("h5pave-" + purpose + "-XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot create " + name + ": " + std::strerror(errno));
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace h5pave::cli
