#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "cli/file_walk.h"
#include "cli/h5_error.h"

namespace h5pave::cli {

namespace {

/// The size of a readable regular file; throws what the operating system says otherwise.
std::uint64_t readable_size(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || access(path.c_str(), R_OK) != 0) {
    throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) throw std::runtime_error(path + " is not a regular file");
  return static_cast<std::uint64_t>(status.st_size);
}

/// HDF5's signature stands at byte 0 or, after a user block, at 512, 1024, 2048, …
bool has_signature(const std::string& path, std::uint64_t bytes) {
  constexpr char kSignature[] = "\x89HDF\r\n\x1a\n";
  constexpr std::size_t kLength = sizeof(kSignature) - 1;
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
  bool found = false;
  for (std::uint64_t place = 0; !found && place + kLength <= bytes;
       place = place == 0 ? 512 : place * 2) {
    char head[kLength];
    found = pread(descriptor, head, kLength, static_cast<off_t>(place)) == kLength &&
            std::memcmp(head, kSignature, kLength) == 0;
  }
  close(descriptor);
  return found;
}

UniqueId open_file(const std::string& path, hid_t access) {
  return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose};
}

/// Opens a file that is shorter than its superblock says.
UniqueId open_cut_off(const std::string& path) {
  const UniqueId access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  const bool skip = true;
  // The property by which HDF5's own h5clear opens such files.
  if (H5Pset(access.get(), "skip_eof_check", &skip) < 0) return {};
  return open_file(path, access.get());
}

std::string with_hint(const std::string& path, const std::string& error) {
  const std::string text = "cannot open " + path + ": " + error;
  if (error.find("lock") != std::string::npos) {
    return text +
           "\nAnother process has the file open for writing. Fix: wait until it is closed, or set "
           "HDF5_USE_FILE_LOCKING=FALSE to look anyway (what is shown may be half written)";
  }
  if (error.find("h5clear") != std::string::npos ||
      error.find("already open") != std::string::npos) {
    return text + "\nIts last writer did not close it. Fix: h5clear -s " + path +
           " (when no writer is running)";
  }
  return text;
}

}  // namespace

InspectedFile open_for_inspection(const std::string& path) {
  InspectedFile file;
  file.bytes = readable_size(path);
  if (!has_signature(path, file.bytes)) throw std::runtime_error(path + " is not an HDF5 file");
  file.id = open_file(path, H5P_DEFAULT);
  if (file.id.is_open()) return file;
  const std::string error = take_hdf5_error();
  if (error.find("truncated") != std::string::npos) {
    file.problem = error;
    file.id = open_cut_off(path);
    H5Eclear2(H5E_DEFAULT);
  }
  if (!file.id.is_open()) throw std::runtime_error(with_hint(path, error));
  return file;
}

}  // namespace h5pave::cli
