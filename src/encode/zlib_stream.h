// Writes one zlib stream (RFC 1950) per call in one of the modes: its blocks by several encoders,
// each where it is best. Called by the codec for a deflate step. Thread rule: one object, one
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "encode/byte_buffer.h"
#include "encode/deflate_engine.h"
#include "encode/filter_step.h"
#include "encode/repeat_encoder.h"
#include "encode/segment_plan.h"
#include "encode/short_encoder.h"
#include "encode/stream_trace.h"

namespace h5pave {

class ZlibStreamWriter {
 public:
  /// Level 0-9 as zlib counts them, for input of one kind.
  ZlibStreamWriter(unsigned level, DeflateMode mode, Planes planes);

  /// The most memory that one takes at a time for input of `bytes` bytes; saturates.
  static std::uint64_t most_memory_bytes(unsigned level, DeflateMode mode, Planes planes,
                                         std::uint64_t bytes);

  /// Room that write() may need for `bytes` bytes.
  std::size_t bound(std::size_t bytes) const;

  /// The stream of `bytes`; returns its size. Requires out.size() >= bound(bytes.size()). Throws
  /// std::runtime_error.
  std::size_t write(std::span<const std::byte> bytes, PlaneLayout layout, std::span<std::byte> out);

  /// What the last stream consists of, as far as blocks of our own.
  const StreamTrace& trace() const { return trace_; }

  /// Gives the trace's memory back.
  void forget_trace();

  /// The most memory that this takes at present, about.
  std::size_t memory_bytes() const;

 private:
  /// False where all of `bytes` is to be searched at once instead.
  bool write_segment(std::span<const std::byte> bytes, const Segment& segment, LastBlock last,
                     BitWriter& body, std::size_t room);
  /// Returns the bytes written, or nothing where write_segment() says so.
  std::optional<std::size_t> write_blocks(std::span<const std::byte> bytes,
                                          std::span<const Segment> segments,
                                          std::span<std::byte> out);
  std::size_t write_by_zlib(std::span<const std::byte> bytes, std::span<std::byte> out);

  unsigned level_;
  Engines engines_;                       // None where zlib itself writes.
  std::unique_ptr<DeflateEngine> quick_;  // Null where it would be no use.
  SegmentPlanner planner_;
  RepeatEncoder repeats_;
  ShortEncoder short_;
  StreamTrace trace_;
  ByteBuffer zlibs_;                // What it writes where that is compared.
  std::size_t most_sequences_ = 0;  // That the trace has had: pages that were touched.
};

}  // namespace h5pave
