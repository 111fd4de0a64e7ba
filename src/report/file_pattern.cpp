#include "report/file_pattern.h"

#include <unistd.h>

#include "report/log.h"

namespace h5pave {

std::string expand_file_pattern(const std::string& pattern) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char next = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (next == 'p') {
      path += std::to_string(::getpid());
      ++i;
    } else if (next == 'r') {
      const std::string rank = mpi_rank_text();
      path += rank.empty() ? "0" : rank;
      ++i;
    } else {
      path += pattern[i];
    }
  }
  return path;
}

}  // namespace h5pave
