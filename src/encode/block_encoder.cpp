#include "encode/block_encoder.h"

#include <algorithm>

#include "encode/block_size.h"
#include "encode/huffman_code.h"

namespace h5pave {

namespace {

// Below deflate's limit of 15, so that four literals, or a copy, fit between two flushes; what rare
// symbols lose by it is nothing.
constexpr unsigned kMaxCodeBits = 12;
constexpr unsigned kMaxHeaderCodeBits = 7;
constexpr std::size_t kMaxStoredBytes = 65535;
constexpr std::size_t kStoredHeaderBytes = 5;
constexpr unsigned kTypeBits = 3;

enum BlockType : std::uint64_t { kStoredBlock = 0, kCodedBlock = 2 };

// The order in which a header gives the lengths of its own code (RFC 1951, 3.2.7).
constexpr std::array<std::uint8_t, 19> kHeaderOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
constexpr std::uint8_t kRepeatPrevious = 16;  // 3-6 times, 2 extra bits.
constexpr std::uint8_t kRepeatZero = 17;      // 3-10 times, 3 extra bits.
constexpr std::uint8_t kRepeatZeroLong = 18;  // 11-138 times, 7 extra bits.

unsigned step_extra_bits(std::uint8_t symbol) {
  switch (symbol) {
    case kRepeatPrevious:
      return 2;
    case kRepeatZero:
      return 3;
    case kRepeatZeroLong:
      return 7;
    default:
      return 0;
  }
}

void put_block_type(BlockType type, LastBlock last, BitWriter& out) {
  out.put((last == LastBlock::kYes ? 1U : 0U) | std::uint64_t{type} << 1, kTypeBits);
  out.flush();
}

}  // namespace

void count_symbols(const std::byte* bytes, std::span<const Sequence> sequences,
                   SymbolCounts& counts) {
  // Four tables, because the next count of an equal byte would wait for the one before.
  std::array<std::array<std::uint32_t, 256>, 4> tables{};
  for (const Sequence& sequence : sequences) {
    std::uint32_t i = 0;
    for (; i + 4 <= sequence.literals; i += 4) {
      for (std::uint32_t j = 0; j < 4; ++j) ++tables[j][std::to_integer<std::size_t>(bytes[i + j])];
    }
    for (; i < sequence.literals; ++i) ++tables[0][std::to_integer<std::size_t>(bytes[i])];
    bytes += sequence.literals + sequence.length;
    if (sequence.length != 0) {
      ++counts.literals[length_symbol(sequence.length).number];
      ++counts.distances[distance_symbol(sequence.distance).number];
    }
  }
  for (std::size_t value = 0; value < 256; ++value) {
    for (const auto& table : tables) counts.literals[value] += table[value];
  }
}

BlockCodes::BlockCodes(const SymbolCounts& counts) {
  set_code_lengths(counts.literals, kMaxCodeBits, literal_bits_);
  set_code_lengths(counts.distances, kMaxCodeBits, distance_bits_);
  make_header();
  body_bits_ = body_bits(counts);
}

std::uint64_t BlockCodes::body_bits(const SymbolCounts& counts) const {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kLiteralSymbols; ++i) {
    bits += std::uint64_t{counts.literals[i]} * literal_bits_[i];
  }
  // Lengths from 11 on and distances from 5 on have extra bits: see length_symbol, distance_symbol.
  for (std::size_t i = 265; i < 285; ++i)
    bits += std::uint64_t{counts.literals[i]} * ((i - 261) / 4);
  for (std::size_t i = 0; i < kDistanceSymbols; ++i) {
    bits += std::uint64_t{counts.distances[i]} * (distance_bits_[i] + (i < 4 ? 0 : i / 2 - 1));
  }
  return bits;
}

void BlockCodes::add_length_run(std::uint8_t length, std::size_t repeats) {
  const auto add = [this](std::uint8_t symbol, std::size_t extra) {
    steps_[step_count_++] = {symbol, static_cast<std::uint8_t>(extra)};
  };
  if (length != 0) {
    add(length, 0);
    --repeats;
  }
  while (repeats >= 3) {
    if (length != 0) {
      const std::size_t now = std::min<std::size_t>(repeats, 6);
      add(kRepeatPrevious, now - 3);
      repeats -= now;
    } else {
      const std::size_t now = std::min<std::size_t>(repeats, 138);
      now < 11 ? add(kRepeatZero, now - 3) : add(kRepeatZeroLong, now - 11);
      repeats -= now;
    }
  }
  for (; repeats > 0; --repeats) add(length, 0);
}

void BlockCodes::make_header() {
  const auto used = [](std::span<const std::uint8_t> bits, std::size_t least) {
    std::size_t count = bits.size();
    while (count > least && bits[count - 1] == 0) --count;
    return count;
  };
  literal_code_count_ = used(literal_bits_, kEndOfBlock + 1);
  distance_code_count_ = used(distance_bits_, 1);
  std::array<std::uint8_t, kLiteralSymbols + kDistanceSymbols> all;
  std::copy_n(literal_bits_.begin(), literal_code_count_, all.begin());
  std::copy_n(distance_bits_.begin(), distance_code_count_,
              all.begin() + static_cast<std::ptrdiff_t>(literal_code_count_));
  const std::size_t total = literal_code_count_ + distance_code_count_;
  for (std::size_t first = 0, next = 0; first < total; first = next) {
    while (next < total && all[next] == all[first]) ++next;
    add_length_run(all[first], next - first);
  }
  std::array<std::uint32_t, kHeaderSymbols> counts{};
  for (std::size_t i = 0; i < step_count_; ++i) ++counts[steps_[i].symbol];
  set_code_lengths(counts, kMaxHeaderCodeBits, header_symbol_bits_);
  header_code_count_ = kHeaderSymbols;
  while (header_code_count_ > 4 && header_symbol_bits_[kHeaderOrder[header_code_count_ - 1]] == 0) {
    --header_code_count_;
  }
  header_bits_ = 5 + 5 + 4 + 3 * header_code_count_;
  for (std::size_t i = 0; i < step_count_; ++i) {
    header_bits_ += header_symbol_bits_[steps_[i].symbol] + step_extra_bits(steps_[i].symbol);
  }
}

void BlockCodes::write_header(BitWriter& out) const {
  std::array<std::uint16_t, kHeaderSymbols> words{};
  set_code_words(header_symbol_bits_, words);
  out.put(literal_code_count_ - 257, 5);
  out.put(distance_code_count_ - 1, 5);
  out.put(header_code_count_ - 4, 4);
  for (std::size_t i = 0; i < header_code_count_; ++i) {
    out.flush();
    out.put(header_symbol_bits_[kHeaderOrder[i]], 3);
  }
  for (std::size_t i = 0; i < step_count_; ++i) {
    const auto [symbol, extra] = steps_[i];
    out.flush();
    out.put(words[symbol], header_symbol_bits_[symbol]);
    out.put(extra, step_extra_bits(symbol));
  }
  out.flush();
}

void BlockCodes::make_entries() {
  std::array<std::uint16_t, kLiteralSymbols> words{};
  set_code_words(literal_bits_, words);
  set_code_words(distance_bits_, distance_words_);
  for (std::size_t i = 0; i <= kEndOfBlock; ++i) literals_[i] = {words[i], literal_bits_[i]};
  for (unsigned length = kMinCopy; length <= kMaxCopy; ++length) {
    const Symbol symbol = length_symbol(length);
    const unsigned bits = literal_bits_[symbol.number];
    lengths_[length] = {words[symbol.number] | std::uint32_t{symbol.extra} << bits,
                        bits + symbol.extra_bits};
  }
}

const std::byte* BlockCodes::write_literals(const std::byte* bytes, std::size_t count,
                                            BitWriter& out) const {
  const auto entry = [this](std::byte byte) {
    return literals_[std::to_integer<std::size_t>(byte)];
  };
  for (; count >= 4; count -= 4, bytes += 4) {
    for (std::size_t i = 0; i < 4; ++i) out.put(entry(bytes[i]).word, entry(bytes[i]).bits);
    out.flush();
  }
  for (; count > 0; --count, ++bytes) out.put(entry(*bytes).word, entry(*bytes).bits);
  out.flush();
  return bytes;
}

void BlockCodes::write_body(const std::byte* bytes, std::span<const Sequence> sequences,
                            BitWriter& out_of_caller) {
  make_entries();
  BitWriter out = out_of_caller;  // A copy of our own stays in registers.
  for (const Sequence& sequence : sequences) {
    bytes = write_literals(bytes, sequence.literals, out);
    if (sequence.length == 0) continue;
    const Entry length = lengths_[sequence.length];
    const Symbol distance = distance_symbol(sequence.distance);
    out.put(length.word, length.bits);
    out.put(distance_words_[distance.number], distance_bits_[distance.number]);
    out.put(distance.extra, distance.extra_bits);
    out.flush();
    bytes += sequence.length;
  }
  out.put(literals_[kEndOfBlock].word, literals_[kEndOfBlock].bits);
  out.flush();
  out_of_caller = out;
}

std::size_t block_bound(std::size_t bytes) {
  constexpr std::size_t kOverstore = 8;  // BitWriter's.
  return bytes + (bytes / kMaxStoredBytes + 1) * kStoredHeaderBytes + 1 + kOverstore;
}

void write_stored(std::span<const std::byte> bytes, LastBlock last, BitWriter& out) {
  do {
    const std::size_t now = std::min(bytes.size(), kMaxStoredBytes);
    const bool end = now == bytes.size();
    put_block_type(kStoredBlock, end ? last : LastBlock::kNo, out);
    out.align();
    out.put(now | (~now & 0xffff) << 16, 32);
    out.flush();
    out.put_bytes(bytes.data(), now);
    bytes = bytes.subspan(now);
  } while (!bytes.empty());
}

void write_block(std::span<const std::byte> bytes, std::span<const Sequence> sequences,
                 const SymbolCounts& counts, LastBlock last, BitWriter& out) {
  if (is_noise(counts, bytes.size())) return write_stored(bytes, last, out);
  SymbolCounts with_end = counts;
  with_end.literals[kEndOfBlock] = 1;
  BlockCodes codes(with_end);
  write_block(bytes, sequences, codes, last, out);
}

void write_block(std::span<const std::byte> bytes, std::span<const Sequence> sequences,
                 BlockCodes& codes, LastBlock last, BitWriter& out) {
  const std::size_t stored_bits =
      8 * (bytes.size() + (bytes.size() / kMaxStoredBytes + 1) * kStoredHeaderBytes);
  if (codes.bits() >= stored_bits) return write_stored(bytes, last, out);
  put_block_type(kCodedBlock, last, out);
  codes.write_header(out);
  codes.write_body(bytes.data(), sequences, out);
}

}  // namespace h5pave
