// Bits into bytes, lowest bit first, as deflate wants them (RFC 1951, 3.1.1). Called by the block
// encoder, which makes sure of the room. Thread rule: one object, one thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace h5pave {

inline std::uint64_t little_endian(std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::big) return __builtin_bswap64(value);
  return value;
}

class BitWriter {
 public:
  /// flush() stores 8 bytes at a time: the room must reach 8 bytes beyond what is written.
  explicit BitWriter(std::byte* out) : begin_(out), at_(out) {}

  /// At most 56 bits between two calls of flush(); no bit of `bits` above `count` may be set.
  void put(std::uint64_t bits, unsigned count) {
    pending_ |= bits << pending_count_;
    pending_count_ += count;
  }

  /// Leaves at most 7 bits pending.
  void flush() {
    const std::uint64_t word = little_endian(pending_);
    std::memcpy(at_, &word, sizeof word);
    at_ += pending_count_ / 8;
    pending_ >>= pending_count_ & ~7U;
    pending_count_ &= 7;
  }

  /// Zero bits up to the next whole byte.
  void align() {
    pending_count_ = (pending_count_ + 7) & ~7U;
    flush();
  }

  /// Requires align() before.
  void put_bytes(const std::byte* bytes, std::size_t count) {
    if (count != 0) std::memcpy(at_, bytes, count);  // No bytes may come from nowhere.
    at_ += count;
  }

  /// Where the next whole byte goes, for writers that do not go through here. Requires align()
  /// before.
  std::byte* next_byte() { return at_; }

  /// Goes on behind `bits` bits that somebody wrote at next_byte().
  void adopt(std::size_t bits) {
    at_ += bits / 8;
    pending_count_ = static_cast<unsigned>(bits % 8);
    pending_ = pending_count_ == 0
                   ? 0
                   : std::to_integer<std::uint64_t>(*at_) & ((1U << pending_count_) - 1);
  }

  /// Whole bytes written so far.
  std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }

  /// Bits behind the last whole byte; align() fills it up.
  unsigned pending_bits() const { return pending_count_; }

 private:
  std::byte* begin_;
  std::byte* at_;
  std::uint64_t pending_ = 0;
  unsigned pending_count_ = 0;
};

}  // namespace h5pave
