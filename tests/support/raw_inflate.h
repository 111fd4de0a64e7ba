// Raw deflate streams (RFC 1951) read by zlib itself. Called by the tests of the codec's parts.
// Thread rule: pure.
#pragma once

#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace h5pave::test {

/// Nothing when the stream is damaged, has bytes behind its end, or more than `expected_bytes`.
inline std::optional<std::vector<std::byte>> inflated(std::span<const std::byte> stream,
                                                      std::size_t expected_bytes) {
  std::vector<std::byte> out(expected_bytes + 1);
  z_stream zlib{};
  BOOST_REQUIRE(inflateInit2(&zlib, -15) == Z_OK);
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(stream.data()));
  zlib.avail_in = static_cast<uInt>(stream.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  const int status = ::inflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  const bool whole = status == Z_STREAM_END && zlib.avail_in == 0 && out.size() <= expected_bytes;
  inflateEnd(&zlib);
  return whole ? std::optional(out) : std::nullopt;
}

}  // namespace h5pave::test
