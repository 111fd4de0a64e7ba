// Bytes into bits, lowest bit first, as deflate has them (RFC 1951, 3.1.1). Called by the search
// for the last block. Thread rule: one object, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "encode/bit_writer.h"

namespace h5pave {

/// Bits of a stream from any place; zeros behind its end, and overrun() then says so.
class BitReader {
 public:
  explicit BitReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// At least 56 bits from here on.
  std::uint64_t peek() const {
    const std::size_t byte = bit_ / 8;
    std::uint64_t word = 0;
    if (byte + sizeof word <= bytes_.size()) {
      std::memcpy(&word, bytes_.data() + byte, sizeof word);
    } else if (byte < bytes_.size()) {
      std::memcpy(&word, bytes_.data() + byte, bytes_.size() - byte);
    }
    return little_endian(word) >> bit_ % 8;
  }
  void skip(std::size_t bits) { bit_ += bits; }
  unsigned take(unsigned bits) {
    const auto value = static_cast<unsigned>(peek() & ((std::uint64_t{1} << bits) - 1));
    skip(bits);
    return value;
  }
  /// The next `count` bytes, or none and an overrun where they are not there. Requires align()
  /// before.
  std::span<const std::byte> take_bytes(std::size_t count) {
    const std::size_t from = bit_ / 8;
    skip(8 * count);
    return overrun() ? std::span<const std::byte>() : bytes_.subspan(from, count);
  }
  /// The last `count` bits of the stream, at most 22 of them.
  std::optional<std::uint64_t> last_bits(std::size_t count) const {
    if (count > bits()) return std::nullopt;
    BitReader tail = *this;
    tail.bit_ = bits() - count;
    return tail.peek() & ((std::uint64_t{1} << count) - 1);
  }
  std::size_t bits() const { return 8 * bytes_.size(); }
  void align() { bit_ = (bit_ + 7) / 8 * 8; }
  std::size_t bit() const { return bit_; }
  bool overrun() const { return bit_ > bits(); }

 private:
  std::span<const std::byte> bytes_;
  std::size_t bit_ = 0;
};

}  // namespace h5pave
