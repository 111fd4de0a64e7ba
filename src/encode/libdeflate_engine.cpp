#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

#include "encode/byte_buffer.h"
#include "encode/deflate_engine.h"
#include "encode/last_block.h"

namespace h5pave {

namespace {

// libdeflate's levels to choose from, by zlib's level 1-9; 0 is none. Measured on the samples of
// tests/encode: the fastest that keep the size. Planes need less, because repeats and codes of our
// own are smaller than zlib's there. More is not always smaller: level 4 is the last without lazy
// matching, and smaller than 5 to 9 on noisy images; 7 is smaller than 8 and 9 on numbers with few
// digits.
constexpr std::size_t kMaxEngines = 4;
using Levels = std::array<int, kMaxEngines>;
using LevelTable = std::array<Levels, 9>;
constexpr LevelTable kBalanced{
    {{2, 4}, {3, 4}, {3, 4}, {1, 2, 3, 4}, {6}, {7}, {7}, {7, 9}, {7, 9}}};
constexpr LevelTable kBalancedPlanes{
    {{1, 5}, {1, 2, 4}, {1, 2, 4}, {1, 2, 4}, {3, 5}, {6}, {6}, {7, 9}, {7, 9}}};
constexpr LevelTable kFast{{{2}, {2}, {2}, {3}, {4}, {6}, {6}, {7}, {7}}};
constexpr LevelTable kFastPlanes{{{1, 5}, {1, 5}, {1, 5}, {1}, {1}, {3}, {3}, {4}, {4}}};
constexpr LevelTable kSmall{{{4, 5, 10},
                             {4, 5, 10},
                             {4, 5, 10},
                             {4, 5, 10},
                             {4, 7, 10},
                             {4, 7, 9, 10},
                             {4, 7, 9, 10},
                             {4, 7, 9, 10},
                             {4, 7, 9, 10}}};

const Levels& levels_for(unsigned zlib_level, DeflateMode mode, Planes planes) {
  const std::size_t row = zlib_level - 1;
  switch (mode) {
    case DeflateMode::kSmall:
      return kSmall.at(row);
    case DeflateMode::kFast:
      return (planes == Planes::kYes ? kFastPlanes : kFast).at(row);
    default:
      return (planes == Planes::kYes ? kBalancedPlanes : kBalanced).at(row);
  }
}

// How many times the time of level 4 each level takes.
constexpr std::array kCosts{0.1, 0.6, 0.9, 0.95, 1.0, 1.2, 1.5, 2.5, 4.0, 5.0, 15.0, 20.0, 25.0};

// Memory of a compressor, measured with libdeflate 1.14. It is touched when it is used.
std::size_t compressor_bytes(int level) {
  constexpr int kFirstHashChains = 2;
  constexpr int kFirstNearOptimal = 10;
  if (level < kFirstHashChains) return std::size_t{203'424};
  return level < kFirstNearOptimal ? std::size_t{668'304} : std::size_t{9'009'552};
}

// An empty stored block, where a stream of its own must begin at a whole byte.
constexpr std::size_t kAlignBytes = 6;

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const {
    ::libdeflate_free_compressor(compressor);
  }
};

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const {
    ::libdeflate_free_decompressor(decompressor);
  }
};

class LibdeflateEngine : public DeflateEngine {
 public:
  explicit LibdeflateEngine(int level)
      : cost_(kCosts.at(static_cast<std::size_t>(level))),
        compressor_bytes_(compressor_bytes(level)),
        compressor_(::libdeflate_alloc_compressor(level)) {
    if (!compressor_) throw std::bad_alloc();
  }

  std::size_t bound(std::size_t bytes) const override {
    return kAlignBytes + ::libdeflate_deflate_compress_bound(compressor_.get(), bytes);
  }

  void append(std::span<const std::byte> bytes, LastBlock last, BitWriter& out,
              std::size_t room) override {
    const std::size_t before = out.size();
    if (out.pending_bits() != 0) write_stored({}, LastBlock::kNo, out);
    std::byte* const stream = out.next_byte();
    const std::size_t left = room - std::min(room, out.size() - before);
    const std::size_t written =
        ::libdeflate_deflate_compress(compressor_.get(), bytes.data(), bytes.size(), stream, left);
    if (written == 0) throw std::runtime_error("libdeflate needs more room than it asked for");
    if (last == LastBlock::kYes) return out.adopt(8 * written);
    const auto place = find_last_block({stream, written});
    if (!place) throw std::runtime_error("libdeflate wrote a stream without an end");
    stream[place->mark_bit / 8] &= ~static_cast<std::byte>(1U << place->mark_bit % 8);
    out.adopt(place->end_bit);
  }

  std::size_t trial(std::span<const std::byte> bytes) override {
    const auto out = scratch_.get(bound(bytes.size()));
    return ::libdeflate_deflate_compress(compressor_.get(), bytes.data(), bytes.size(), out.data(),
                                         out.size());
  }

  double cost_per_byte(double share) const override {
    // Measured at level 4: where there is little to find, the search takes longest.
    return cost_ * (1.5 + 11 * std::min(1.0, share / 0.3));
  }

  std::size_t memory_bytes() const override { return compressor_bytes_ + scratch_.memory_bytes(); }

 private:
  double cost_;
  std::size_t compressor_bytes_;
  ByteBuffer scratch_;
  std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor_;
};

}  // namespace

std::size_t engine_bytes(unsigned zlib_level, DeflateMode mode, Planes planes) {
  std::size_t bytes = 0;
  for (const int level : levels_for(zlib_level, mode, planes)) {
    if (level != 0) bytes += compressor_bytes(level);
  }
  return bytes;
}

Engines engines_for(unsigned zlib_level, DeflateMode mode, Planes planes) {
  Engines engines;
  for (const int level : levels_for(zlib_level, mode, planes)) {
    if (level != 0) engines.push_back(std::make_unique<LibdeflateEngine>(level));
  }
  return engines;
}

class InflateEngine::Impl {
 public:
  Impl() : decompressor_(::libdeflate_alloc_decompressor()) {
    if (!decompressor_) throw std::bad_alloc();
  }
  libdeflate_decompressor* get() const { return decompressor_.get(); }

 private:
  std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor_;
};

InflateEngine::InflateEngine() : impl_(std::make_unique<Impl>()) {}
InflateEngine::~InflateEngine() = default;
InflateEngine::InflateEngine(InflateEngine&&) noexcept = default;
InflateEngine& InflateEngine::operator=(InflateEngine&&) noexcept = default;

std::optional<std::size_t> InflateEngine::inflate(std::span<const std::byte> stream,
                                                  std::span<std::byte> out) {
  std::size_t consumed = 0;
  std::size_t written = 0;
  const libdeflate_result result = ::libdeflate_zlib_decompress_ex(
      impl_->get(), stream.data(), stream.size(), out.data(), out.size(), &consumed, &written);
  if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
  return written;
}

std::uint32_t adler32_of(std::span<const std::byte> bytes) {
  // A null pointer asks libdeflate for the initial value, which is also that of no bytes.
  return ::libdeflate_adler32(1, bytes.data(), bytes.size());
}

}  // namespace h5pave
