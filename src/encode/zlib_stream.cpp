#include "encode/zlib_stream.h"

#include <algorithm>
#include <array>

#include "advisor/saturating.h"
#include "encode/repeat_finder.h"

namespace h5pave {

namespace {

constexpr std::size_t kHeaderBytes = 2;
constexpr std::size_t kTrailerBytes = 4;

// Deflate with a 32 KiB window, and the level class that zlib itself would write (RFC 1950,
// FLEVEL).
std::array<std::byte, kHeaderBytes> stream_header(unsigned level) {
  constexpr std::byte kDeflate32KiB{0x78};
  if (level < 2) return {kDeflate32KiB, std::byte{0x01}};
  if (level < 6) return {kDeflate32KiB, std::byte{0x5e}};
  if (level == 6) return {kDeflate32KiB, std::byte{0x9c}};
  return {kDeflate32KiB, std::byte{0xda}};
}

void store_big_endian(std::uint32_t value, std::span<std::byte> out) {
  for (unsigned i = 0; i < kTrailerBytes; ++i) {
    out[i] = static_cast<std::byte>(value >> (8 * (kTrailerBytes - 1 - i)));
  }
}

// Of the blocks of our own: their shortest copies alone.
std::uint64_t most_sequences(std::uint64_t bytes) {
  const bool short_planes = bytes <= SegmentPlanner::kMostBytesInShortPlanes;
  return bytes / (short_planes ? kMinCopy : kMinRepeat) + 1;
}

// Where size may be given for speed.
bool has_quick_engine(unsigned level, DeflateMode mode) {
  return mode != DeflateMode::kStock && mode != DeflateMode::kSmall && level != 0;
}

bool has_engines(unsigned level, DeflateMode mode) {
  return mode != DeflateMode::kStock && level != 0;
}

}  // namespace

ZlibStreamWriter::ZlibStreamWriter(unsigned level, DeflateMode mode, Planes planes)
    : level_(level), planner_(level, mode, planes), short_(level, mode) {
  if (has_engines(level, mode)) engines_ = engines_for(level_, mode, planes);
  if (has_quick_engine(level, mode)) quick_ = quick_engine();
}

std::size_t ZlibStreamWriter::bound(std::size_t bytes) const {
  if (engines_.empty()) return stock_bound(bytes);
  // Every encoder lengthens its segment by at most 5 bytes per 5000 and a little per segment; a
  // search needs some room beyond.
  constexpr std::size_t kBytesPerSegment = 32;
  return kHeaderBytes + bytes + bytes / 512 +
         kBytesPerSegment * (1 + SegmentPlanner::max_segments(bytes)) + kTrailerBytes;
}

bool ZlibStreamWriter::write_segment(std::span<const std::byte> bytes, const Segment& segment,
                                     LastBlock last, BitWriter& body, std::size_t room) {
  const auto part = bytes.subspan(segment.stretch.begin, segment.stretch.bytes());
  const auto search = [&](DeflateEngine& engine) {
    trace_.untraced_bytes += part.size();
    engine.append(part, last, body, room);
  };
  switch (segment.method) {
    case Method::kStore:
      write_stored(part, last, body);
      break;
    case Method::kRepeats:
      repeats_.encode(bytes, segment.stretch, segment.distance, last, body, trace_);
      break;
    case Method::kSearch:
      search(*engines_[segment.engine]);
      break;
    case Method::kQuick:
      search(*quick_);
      break;
    case Method::kShort: {
      const LeftTo left =
          short_.encode(bytes, segment.stretch, segment.distance, last, body, trace_);
      if (left == LeftTo::kSearch) search(*engines_.back());
      return left != LeftTo::kSearchOfAll;
    }
  }
  return true;
}

std::optional<std::size_t> ZlibStreamWriter::write_blocks(std::span<const std::byte> bytes,
                                                          std::span<const Segment> segments,
                                                          std::span<std::byte> out) {
  trace_.clear();
  BitWriter body(out.data());
  for (const Segment& segment : segments) {
    const LastBlock last = &segment == &segments.back() ? LastBlock::kYes : LastBlock::kNo;
    if (!write_segment(bytes, segment, last, body, out.size() - body.size())) return std::nullopt;
  }
  body.align();
  most_sequences_ = std::max(most_sequences_, trace_.sequences.size());
  return body.size();
}

void ZlibStreamWriter::forget_trace() {
  trace_.clear();
  Sequences().swap(trace_.sequences);
  most_sequences_ = 0;
}

std::size_t ZlibStreamWriter::memory_bytes() const {
  std::size_t bytes = most_sequences_ * sizeof(Sequence) + zlibs_.memory_bytes();
  for (const auto& engine : engines_) bytes += engine->memory_bytes();
  if (quick_) bytes += quick_->memory_bytes();
  return bytes;
}

std::uint64_t ZlibStreamWriter::most_memory_bytes(unsigned level, DeflateMode mode, Planes planes,
                                                  std::uint64_t bytes) {
  // Trials, whose pieces are longer where the size matters most, and tables.
  const std::uint64_t rest = std::uint64_t{mode == DeflateMode::kSmall ? 768U : 256U} << 10U;
  if (!has_engines(level, mode)) return rest;
  const std::uint64_t trace = saturating_product(most_sequences(bytes), sizeof(Sequence));
  const std::uint64_t compared = mode == DeflateMode::kSmall ? stock_bound(bytes) : 0;
  const std::uint64_t engines = engine_bytes(level, mode, planes) +
                                (has_quick_engine(level, mode) ? quick_engine_bytes() : 0);
  return saturating_sum(saturating_sum(rest + engines, trace), compared);
}

std::size_t ZlibStreamWriter::write_by_zlib(std::span<const std::byte> bytes,
                                            std::span<std::byte> out) {
  trace_.clear();
  trace_.untraced_bytes = bytes.size();
  return stock_deflate(bytes, level_, out);
}

std::size_t ZlibStreamWriter::write(std::span<const std::byte> bytes, PlaneLayout layout,
                                    std::span<std::byte> out) {
  if (engines_.empty()) return write_by_zlib(bytes, out);
  // Room for the shortest copies; memory that is not touched costs nothing, growing does.
  trace_.sequences.reserve(most_sequences(bytes.size()));
  const auto [segments, most_bytes, compares] =
      planner_.plan(bytes, layout, engines_, quick_.get());
  if (segments.empty()) return write_by_zlib(bytes, out);
  std::ranges::copy(stream_header(level_), out.begin());
  const auto body = out.subspan(kHeaderBytes, out.size() - kHeaderBytes - kTrailerBytes);
  auto blocks = write_blocks(bytes, segments, body);
  if (!blocks) {
    const Segment all{{0, bytes.size()}, Method::kSearch, 1, engines_.size() - 1};
    blocks = write_blocks(bytes, {&all, 1}, body);
  }
  if (static_cast<double>(*blocks) > most_bytes) return write_by_zlib(bytes, out);
  store_big_endian(adler32_of(bytes), out.subspan(kHeaderBytes + *blocks));
  const std::size_t written = kHeaderBytes + *blocks + kTrailerBytes;
  if (!compares) return written;
  const auto other = zlibs_.get(stock_bound(bytes.size()));
  const std::size_t by_zlib = stock_deflate(bytes, level_, other);
  if (written <= by_zlib) return written;
  trace_.clear();
  trace_.untraced_bytes = bytes.size();
  std::ranges::copy(other.first(by_zlib), out.begin());
  return by_zlib;
}

}  // namespace h5pave
