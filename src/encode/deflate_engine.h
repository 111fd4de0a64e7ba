// Deflate, inflate and Adler-32 of whole buffers by the fastest library at hand: libdeflate
// (libdeflate_engine.cpp), or zlib where that is missing (zlib_engine.cpp); CMake chooses. Also
// zlib's own compress2 for DeflateMode::kStock. Called by the codec. Thread rule: one object, one
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "encode/block_encoder.h"
#include "encode/filter_step.h"

namespace h5pave {

/// Writes parts of raw deflate streams (RFC 1951), with a search for matches.
class DeflateEngine {
 public:
  DeflateEngine() = default;
  DeflateEngine(const DeflateEngine&) = delete;
  DeflateEngine& operator=(const DeflateEngine&) = delete;
  virtual ~DeflateEngine() = default;

  /// Appends blocks for `bytes` to `out`, which has room for `room` bytes; bound() says how many
  /// are enough. Copies reach back no further than these bytes. Throws std::runtime_error when the
  /// room is too small.
  virtual void append(std::span<const std::byte> bytes, LastBlock last, BitWriter& out,
                      std::size_t room) = 0;

  /// Bytes that append() would write for `bytes`.
  virtual std::size_t trial(std::span<const std::byte> bytes) = 0;

  virtual std::size_t bound(std::size_t bytes) const = 0;

  /// About how many nanoseconds append() takes for a byte of input that it deflates to `share`
  /// bytes.
  virtual double cost_per_byte(double share) const = 0;

  /// About the memory that it takes.
  virtual std::size_t memory_bytes() const = 0;
};

using Engines = std::vector<std::unique_ptr<DeflateEngine>>;

/// Whether the input is what a shuffle made.
enum class Planes { kNo, kYes };

/// The engines to choose from for a zlib level 1-9, the fastest first. One of them keeps what the
/// mode promises about the size, but which one may depend on the data.
Engines engines_for(unsigned zlib_level, DeflateMode mode, Planes planes);

/// One that is several times as fast as those and finds less: where size may be given for speed.
/// Null where the build has none.
std::unique_ptr<DeflateEngine> quick_engine();

/// About the memory that it takes.
std::size_t quick_engine_bytes();

/// About the memory that these engines take together.
std::size_t engine_bytes(unsigned zlib_level, DeflateMode mode, Planes planes);

/// Reads zlib streams (RFC 1950).
class InflateEngine {
 public:
  InflateEngine();
  ~InflateEngine();
  InflateEngine(InflateEngine&&) noexcept;
  InflateEngine& operator=(InflateEngine&&) noexcept;

  /// Bytes written to `out`; nothing when the stream is damaged, cut off or does not fit. Bytes
  /// after the stream are ignored, as HDF5 does.
  std::optional<std::size_t> inflate(std::span<const std::byte> stream, std::span<std::byte> out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

std::uint32_t adler32_of(std::span<const std::byte> bytes);

/// What zlib's compress2 may need and what it writes, as HDF5's deflate filter calls it. Throws
/// std::runtime_error when zlib fails.
std::size_t stock_bound(std::size_t bytes);
std::size_t stock_deflate(std::span<const std::byte> bytes, unsigned level,
                          std::span<std::byte> out);

}  // namespace h5pave
