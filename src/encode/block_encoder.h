// Writes deflate blocks (RFC 1951) from sequences, each stored or with codes of its own, whichever
// is shorter. Called by the segment encoder. Thread rule: one object, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "encode/bit_writer.h"
#include "encode/sequences.h"

namespace h5pave {

/// Adds what `sequences`, which start at `bytes`, consist of.
void count_symbols(const std::byte* bytes, std::span<const Sequence> sequences,
                   SymbolCounts& counts);

/// Codes for one block, and what their description takes.
class BlockCodes {
 public:
  explicit BlockCodes(const SymbolCounts& counts);

  /// Bits of the whole block but its 3-bit type.
  std::uint64_t bits() const { return header_bits_ + body_bits_; }
  void write_header(BitWriter& out) const;
  void write_body(const std::byte* bytes, std::span<const Sequence> sequences, BitWriter& out);

 private:
  struct Entry {
    std::uint32_t word;
    std::uint32_t bits;
  };
  struct LengthStep {  // Of the run-length form in which a header gives the code lengths.
    std::uint8_t symbol;
    std::uint8_t extra;
  };
  static constexpr std::size_t kHeaderSymbols = 19;

  void make_header();
  void add_length_run(std::uint8_t length, std::size_t repeats);
  void make_entries();
  std::uint64_t body_bits(const SymbolCounts& counts) const;
  const std::byte* write_literals(const std::byte* bytes, std::size_t count, BitWriter& out) const;

  std::array<std::uint8_t, kLiteralSymbols> literal_bits_;
  std::array<std::uint8_t, kDistanceSymbols> distance_bits_;
  std::array<std::uint8_t, kHeaderSymbols> header_symbol_bits_;
  std::array<LengthStep, kLiteralSymbols + kDistanceSymbols> steps_;
  std::size_t step_count_ = 0;
  std::size_t literal_code_count_ = 0;
  std::size_t distance_code_count_ = 0;
  std::size_t header_code_count_ = 0;
  std::uint64_t header_bits_ = 0;
  std::uint64_t body_bits_ = 0;
  // Words to write, made when they are wanted: most codes only serve to compare sizes.
  std::array<Entry, kEndOfBlock + 1> literals_;  // And the end of the block.
  std::array<Entry, kMaxCopy + 1> lengths_;      // By copy length, extra bits included.
  std::array<std::uint16_t, kDistanceSymbols> distance_words_;
};

enum class LastBlock { kNo, kYes };

/// The most bytes that write_block() needs for `bytes` bytes of input, beyond what is pending.
std::size_t block_bound(std::size_t bytes);

void write_block(std::span<const std::byte> bytes, std::span<const Sequence> sequences,
                 const SymbolCounts& counts, LastBlock last, BitWriter& out);

/// The same with codes that are made already, for these sequences and the end of the block.
void write_block(std::span<const std::byte> bytes, std::span<const Sequence> sequences,
                 BlockCodes& codes, LastBlock last, BitWriter& out);

/// Stored blocks; leaves `out` aligned.
void write_stored(std::span<const std::byte> bytes, LastBlock last, BitWriter& out);

}  // namespace h5pave
