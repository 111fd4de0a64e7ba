#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

#include "encode/whole_byte_engine.h"

namespace h5pave {

namespace {

// zlib counts in 32 bits: larger buffers go through it in pieces.
constexpr std::size_t kMaxPiece = std::numeric_limits<uInt>::max() / 2;

Bytef* as_zlib(const std::byte* bytes) {
  return reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes));
}

// Runs `step` (deflate or inflate) until it does anything but go on; returns its last status.
template <class Step>
int run(z_stream& stream, std::span<const std::byte> in, std::span<std::byte> out, Step step) {
  std::size_t taken = 0;
  std::size_t given = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t in_piece = std::min(kMaxPiece, in.size() - taken);
    const std::size_t out_piece = std::min(kMaxPiece, out.size() - given);
    stream.next_in = as_zlib(in.data() + taken);
    stream.avail_in = static_cast<uInt>(in_piece);
    stream.next_out = as_zlib(out.data() + given);
    stream.avail_out = static_cast<uInt>(out_piece);
    status = step(taken + in_piece == in.size());
    taken += in_piece - stream.avail_in;
    given += out_piece - stream.avail_out;
  }
  return status;
}

// What deflateInit2 takes with a 32 KiB window and memory level 8 (zconf.h).
constexpr std::size_t kDeflateBytes = std::size_t{268} << 10U;

struct Deflating {
  z_stream stream{};
  Deflating() = default;
  Deflating(const Deflating&) = delete;
  Deflating& operator=(const Deflating&) = delete;
  ~Deflating() { ::deflateEnd(&stream); }
};

struct Inflating {
  z_stream stream{};
  Inflating() = default;
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;
  ~Inflating() { ::inflateEnd(&stream); }
};

class ZlibEngine : public WholeByteEngine {
 public:
  explicit ZlibEngine(int level) {
    constexpr int kRawWindowBits = -15;
    constexpr int kMemoryLevel = 8;
    if (::deflateInit2(&deflating_.stream, level, Z_DEFLATED, kRawWindowBits, kMemoryLevel,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }

  std::size_t bound(std::size_t bytes) const override {
    constexpr std::size_t kAlignAndFlushBytes = 32;
    return ::deflateBound(&deflating_.stream, static_cast<uLong>(bytes)) + kAlignAndFlushBytes;
  }

  double cost_per_byte(double share) const override {
    // Measured at level 4: where there is little to find, the search takes longest.
    return 4 + 25 * std::min(1.0, share / 0.3);
  }

  std::size_t memory_bytes() const override { return kDeflateBytes + scratch_bytes(); }

 private:
  std::size_t write(std::span<const std::byte> bytes, LastBlock last,
                    std::span<std::byte> out) override {
    z_stream& zlib = deflating_.stream;
    ::deflateReset(&zlib);
    const int end = last == LastBlock::kYes ? Z_FINISH : Z_SYNC_FLUSH;
    const int status =
        run(zlib, bytes, out, [&](bool all) { return ::deflate(&zlib, all ? end : Z_NO_FLUSH); });
    // A flush is done when a call has nothing left to do, which zlib calls a buffer error.
    const bool flushed = status == Z_BUF_ERROR && zlib.avail_out != 0;
    if (status != Z_STREAM_END && !flushed) {
      throw std::runtime_error("zlib needs more room than it asked for");
    }
    return zlib.total_out;
  }

  mutable Deflating deflating_;  // deflateBound takes no const stream.
};

}  // namespace

std::size_t engine_bytes(unsigned, DeflateMode, Planes) { return kDeflateBytes; }

Engines engines_for(unsigned zlib_level, DeflateMode, Planes) {
  Engines engines;
  engines.push_back(std::make_unique<ZlibEngine>(static_cast<int>(zlib_level)));
  return engines;
}

class InflateEngine::Impl {
 public:
  Impl() {
    if (::inflateInit(&inflating_.stream) != Z_OK) throw std::bad_alloc();
  }
  z_stream& stream() { return inflating_.stream; }

 private:
  Inflating inflating_;
};

InflateEngine::InflateEngine() : impl_(std::make_unique<Impl>()) {}
InflateEngine::~InflateEngine() = default;
InflateEngine::InflateEngine(InflateEngine&&) noexcept = default;
InflateEngine& InflateEngine::operator=(InflateEngine&&) noexcept = default;

std::optional<std::size_t> InflateEngine::inflate(std::span<const std::byte> in,
                                                  std::span<std::byte> out) {
  z_stream& stream = impl_->stream();
  ::inflateReset(&stream);
  // An output of no bytes still needs a place: zlib refuses a null pointer.
  std::byte nowhere{};
  const std::span<std::byte> place = out.empty() ? std::span(&nowhere, 0) : out;
  const int status =
      run(stream, in, place, [&stream](bool) { return ::inflate(&stream, Z_SYNC_FLUSH); });
  if (status != Z_STREAM_END) return std::nullopt;
  return stream.total_out;
}

std::uint32_t adler32_of(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(::adler32_z(1, as_zlib(bytes.data()), bytes.size()));
}

}  // namespace h5pave
