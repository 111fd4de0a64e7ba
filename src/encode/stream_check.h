// Proves that a zlib stream decodes to bytes that are already known, without decoding it into
// memory. Called by the codec on every chunk it encoded. Thread rule: one object, one thread.
//
// It is as strong as decoding and comparing: it reads the very bits of the stream from the first to
// the last, with codes made from the lengths in the stream and by nothing of the encoder. By
// induction: when all before is known to decode to the content before, then
// - a literal's bits must be the word that the stream's own code has for the byte that follows in
//   the content; a prefix code has no other reading for them;
// - a copy's length and distance are read, and the content must repeat itself there; what a decoder
//   has in its window is that content;
// - a stored block must be the content itself.
// The header, the marks of the last block, the end and the checksum are held against the standard
// as well. What it saves is the wait of a decoder, which knows where a word begins only after it
// knows the one before: here the content tells the next words. A trace, where there is one, tells
// which of them are copies; a wrong trace makes the proof fail, for its words are then not in the
// stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "encode/bit_reader.h"
#include "encode/code_lengths.h"
#include "encode/prefix_code.h"
#include "encode/stream_trace.h"

namespace h5pave {

class StreamCheck {
 public:
  /// True when `stream` is one zlib stream (RFC 1950) to its last byte and decodes to `content`.
  /// May be false for streams that some decoders let pass.
  bool holds(std::span<const std::byte> stream, std::span<const std::byte> content,
             const StreamTrace& trace);

 private:
  static constexpr unsigned kLookBits = 56;     // At least so many a look shows.
  static constexpr std::uint16_t kNoWord = 57;  // Bits of what a code lacks: too many, alone.

  struct Word {
    std::uint16_t word;
    std::uint16_t bits;
  };
  struct CopyWord {  // Of a copy's length, its extra bits included.
    std::uint32_t word;
    std::uint32_t bits;
  };

  bool blocks_hold(BitReader& in);
  bool block_holds(BitReader& in);
  bool stored_block_holds(BitReader& in);
  bool build_codes(const CodeLengths& lengths);
  bool coded_block_holds(BitReader& in);

  // Without a trace.
  bool symbols_hold(BitReader& in);
  const std::byte* literals_hold(const std::byte* at, const std::byte* end, BitReader& in) const;
  std::size_t copy_length(std::span<const std::byte> before, const std::byte* end, unsigned symbol,
                          BitReader& in) const;

  // By a trace.
  void make_copy_words();
  bool sequences_hold(std::span<const Sequence> sequences, BitReader& in);
  std::uint64_t literal_difference(const std::byte* at, unsigned count, BitReader& in) const;
  std::uint64_t copy_difference(const std::byte* at, const std::byte* end, const Sequence& copy,
                                BitReader& in) const;

  std::span<const std::byte> content_;
  std::size_t at_ = 0;                          // What of the content is proven.
  std::span<const StreamTrace::Block> traced_;  // What of the trace lies ahead.
  const StreamTrace* trace_ = nullptr;
  PrefixCode<11> literals_;
  PrefixCode<9> distances_;
  bool has_distances_ = false;
  std::array<Word, 286> literal_words_;
  std::array<Word, 30> distance_words_;
  std::array<CopyWord, 259> copy_words_;  // By length.
};

}  // namespace h5pave
