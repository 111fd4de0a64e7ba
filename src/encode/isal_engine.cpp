#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <stdexcept>

#include "encode/whole_byte_engine.h"

namespace h5pave {

namespace {

// Its best level, which is also the fastest where there is much to find. Blocks of 16 Ki symbols,
// whose codes fit better than those of the 64 Ki that it takes by default.
constexpr std::uint32_t kLevel = 3;
constexpr std::uint32_t kLevelBytes = ISAL_DEF_LVL3_SMALL;

// It counts in 32 bits. Longer input goes in pieces, each without the history of the one before.
constexpr std::size_t kMaxPiece = std::size_t{1} << 30;

// An empty stored block, where a stream of its own must begin at a whole byte, and one that ends
// the stream so that others can follow.
constexpr std::size_t kAlignBytes = 6;
constexpr std::size_t kFlushBytes = 6;
// What it wants to have before it writes a block's codes.
constexpr std::size_t kCodesBytes = ISAL_DEF_MAX_HDR_SIZE;

struct Memory {
  isal_zstream stream;
  alignas(16) std::array<std::uint8_t, kLevelBytes> level_buffer;
};

class IsalEngine : public WholeByteEngine {
 public:
  // Data that does not shrink is stored in blocks of less than 64 KiB.
  std::size_t bound(std::size_t bytes) const override {
    return kAlignBytes + bytes + bytes / 512 + kCodesBytes + kFlushBytes;
  }

  // Measured with AVX-512. Where nearly everything is copies, or nothing is, it is faster.
  double cost_per_byte(double share) const override {
    return 1.5 + 2.5 * std::min(1.0, share / 0.3);
  }

  std::size_t memory_bytes() const override {
    return quick_engine_bytes() + scratch_bytes();
  }

 private:
  std::size_t write(std::span<const std::byte> bytes, LastBlock last,
                    std::span<std::byte> out) override {
    std::size_t written = 0;
    do {
      const std::size_t now = std::min(bytes.size(), kMaxPiece);
      const bool is_end = now == bytes.size();
      written +=
          write_piece(bytes.first(now), is_end && last == LastBlock::kYes, out.subspan(written));
      bytes = bytes.subspan(now);
    } while (!bytes.empty());
    return written;
  }

  // Whole bytes, also where others follow.
  std::size_t write_piece(std::span<const std::byte> bytes, bool is_last,
                          std::span<std::byte> out) {
    if (!memory_) memory_ = std::make_unique<Memory>();  // Zeros: it reads a little ahead.
    isal_zstream& stream = memory_->stream;
    ::isal_deflate_init(&stream);
    stream.level = kLevel;
    stream.level_buf = memory_->level_buffer.data();
    stream.level_buf_size = kLevelBytes;
    stream.end_of_stream = is_last ? 1 : 0;
    stream.flush = is_last ? NO_FLUSH : FULL_FLUSH;
    stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(bytes.data()));
    stream.avail_in = static_cast<std::uint32_t>(bytes.size());
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    const std::size_t room =
        std::min<std::size_t>(out.size(), std::numeric_limits<std::uint32_t>::max());
    stream.avail_out = static_cast<std::uint32_t>(room);
    // With room left it has nothing more to write.
    if (::isal_deflate(&stream) != COMP_OK || stream.avail_in != 0 || stream.avail_out == 0)
      throw std::runtime_error("ISA-L needs more room than there is");
    return stream.total_out;
  }

  std::unique_ptr<Memory> memory_;  // From the first use on.
};

}  // namespace

std::unique_ptr<DeflateEngine> quick_engine() { return std::make_unique<IsalEngine>(); }

std::size_t quick_engine_bytes() { return sizeof(Memory); }

}  // namespace h5pave
