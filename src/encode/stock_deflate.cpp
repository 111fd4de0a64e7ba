#include <zlib.h>

#include <stdexcept>
#include <string>

#include "encode/deflate_engine.h"

namespace h5pave {

std::size_t stock_bound(std::size_t bytes) { return ::compressBound(static_cast<uLong>(bytes)); }

std::size_t stock_deflate(std::span<const std::byte> bytes, unsigned level,
                          std::span<std::byte> out) {
  auto written = static_cast<uLongf>(out.size());
  const int status = ::compress2(reinterpret_cast<Bytef*>(out.data()), &written,
                                 reinterpret_cast<const Bytef*>(bytes.data()),
                                 static_cast<uLong>(bytes.size()), static_cast<int>(level));
  if (status != Z_OK) {
    throw std::runtime_error("zlib could not deflate a chunk of " + std::to_string(bytes.size()) +
                             " bytes at level " + std::to_string(level) + ": status " +
                             std::to_string(status));
  }
  return written;
}

}  // namespace h5pave
