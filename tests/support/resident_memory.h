// How much memory this process takes, as the kernel counts it.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <string>

#include "encode/mapped_memory.h"

namespace h5pave::test {

/// A value in bytes of /proc/self/status: VmRSS now, VmHWM the peak.
inline std::size_t status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name + ":")) return std::stoul(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

/// Sets the peak back to what is resident now.
inline void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// Sanitizers keep freed memory and have shadows of all: there nothing can be measured.
inline constexpr bool kMemoryIsMeasurable =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    false;
#else
    true;
#endif

}  // namespace h5pave::test
