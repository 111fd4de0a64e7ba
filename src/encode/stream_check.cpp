#include "encode/stream_check.h"

#include <algorithm>
#include <cstring>

#include "encode/copy_classes.h"
#include "encode/deflate_engine.h"

namespace h5pave {

namespace {

constexpr std::size_t kHeaderBytes = 2;
constexpr std::size_t kTrailerBytes = 4;

enum BlockType : unsigned { kStored = 0, kFixed = 1, kCoded = 2 };

// Deflate with a window of up to 32 KiB and no preset dictionary.
bool is_zlib_header(std::byte method, std::byte flags) {
  const auto cmf = std::to_integer<unsigned>(method);
  const auto flg = std::to_integer<unsigned>(flags);
  return cmf == 0x78 && (flg & 0x20) == 0 && (256 * cmf + flg) % 31 == 0;
}

std::uint32_t load_big_endian(std::span<const std::byte> bytes) {
  std::uint32_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint32_t>(byte);
  return value;
}

std::uint64_t low_bits(std::uint64_t bits, unsigned count) {
  return bits & ((std::uint64_t{1} << count) - 1);
}

template <class Word>
bool equal_words(const std::byte* a, const std::byte* b) {
  Word left;
  Word right;
  std::memcpy(&left, a, sizeof left);
  std::memcpy(&right, b, sizeof right);
  return left == right;
}

// Requires count >= 3. Reads nothing outside.
bool equal_bytes(const std::byte* a, const std::byte* b, std::size_t count) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (count < kWord) {
    if (count < 4) return equal_words<std::uint16_t>(a, b) && a[2] == b[2];
    return equal_words<std::uint32_t>(a, b) &&
           equal_words<std::uint32_t>(a + count - 4, b + count - 4);
  }
  for (std::size_t i = 0; i + kWord < count; i += kWord) {
    if (!equal_words<std::uint64_t>(a + i, b + i)) return false;
  }
  return equal_words<std::uint64_t>(a + count - kWord, b + count - kWord);
}

}  // namespace

bool StreamCheck::holds(std::span<const std::byte> stream, std::span<const std::byte> content,
                        const StreamTrace& trace) {
  if (stream.size() < kHeaderBytes + kTrailerBytes || !is_zlib_header(stream[0], stream[1])) {
    return false;
  }
  content_ = content;
  at_ = 0;
  trace_ = &trace;
  traced_ = trace.blocks;
  const auto body = stream.subspan(kHeaderBytes, stream.size() - kHeaderBytes - kTrailerBytes);
  BitReader in(body);
  if (!blocks_hold(in)) return false;
  in.align();
  return at_ == content.size() && in.bit() == in.bits() &&
         load_big_endian(stream.last<kTrailerBytes>()) == adler32_of(content);
}

bool StreamCheck::blocks_hold(BitReader& in) {
  for (bool last = false; !last;) {
    last = in.take(1) != 0;
    if (!block_holds(in) || in.overrun()) return false;
  }
  return true;
}

bool StreamCheck::block_holds(BitReader& in) {
  switch (in.take(2)) {
    case kStored:
      return stored_block_holds(in);
    case kFixed:
      return build_codes(fixed_code_lengths()) && coded_block_holds(in);
    case kCoded: {
      CodeLengths lengths;
      return read_code_lengths(in, lengths) && build_codes(lengths) && coded_block_holds(in);
    }
    default:
      return false;
  }
}

bool StreamCheck::stored_block_holds(BitReader& in) {
  in.align();
  const std::size_t count = in.take(16);
  if ((in.take(16) ^ count) != 0xffff || count > content_.size() - at_) return false;
  const auto stored = in.take_bytes(count);
  if (count == 0) return true;
  if (stored.empty() || std::memcmp(stored.data(), content_.data() + at_, count) != 0) return false;
  at_ += count;
  return true;
}

// What zlib demands too: full codes and an end of the block; for distances none will do where
// there are no copies.
bool StreamCheck::build_codes(const CodeLengths& lengths) {
  const auto distances = lengths.distances();
  has_distances_ = std::ranges::any_of(distances, [](std::uint8_t bits) { return bits != 0; });
  if (lengths.literals()[kEndOfBlock] == 0 || !literals_.build(lengths.literals()) ||
      (has_distances_ && !distances_.build(distances))) {
    return false;
  }
  literal_words_.fill({0, kNoWord});
  literals_.each_word([this](std::size_t symbol, std::uint16_t word, unsigned bits) {
    if (symbol < literal_words_.size()) {
      literal_words_[symbol] = {word, static_cast<std::uint16_t>(bits)};
    }
  });
  return true;
}

bool StreamCheck::coded_block_holds(BitReader& in) {
  // Blocks of the trace that were stored in the end, or belong elsewhere.
  while (!traced_.empty() && traced_.front().content_begin < at_) traced_ = traced_.subspan(1);
  if (traced_.empty() || traced_.front().content_begin != at_) return symbols_hold(in);
  const auto sequences = trace_->of(traced_.front());
  traced_ = traced_.subspan(1);
  return sequences_hold(sequences, in);
}

// As many of the bytes from `at` to `end`, in fours, as the next bits are the words of; returns
// where they end.
const std::byte* StreamCheck::literals_hold(const std::byte* at, const std::byte* end,
                                            BitReader& in_of_caller) const {
  const auto word_of = [this](std::byte byte) {
    return literal_words_[std::to_integer<std::size_t>(byte)];
  };
  BitReader in = in_of_caller;  // A copy of our own stays in registers.
  for (; end - at >= 4; at += 4) {
    const Word a = word_of(at[0]);
    const Word b = word_of(at[1]);
    const Word c = word_of(at[2]);
    const Word d = word_of(at[3]);
    const unsigned front_bits = a.bits + unsigned{b.bits};
    const unsigned bits = front_bits + c.bits + d.bits;
    if (bits > kLookBits) break;  // Behind it no shift is too far.
    const std::uint64_t front = a.word | std::uint64_t{b.word} << a.bits;
    const std::uint64_t back = c.word | std::uint64_t{d.word} << c.bits;
    if ((in.peek() ^ (front | back << front_bits)) << (64 - bits) != 0) break;
    in.skip(bits);
  }
  in_of_caller = in;
  return at;
}

bool StreamCheck::symbols_hold(BitReader& in_of_caller) {
  constexpr unsigned kLikely = 4;  // Literals in a row, for more of them to be likely.
  const std::byte* const begin = content_.data();
  const std::byte* const end = begin + content_.size();
  const std::byte* at = begin + at_;
  literals_.make_table();
  if (has_distances_) distances_.make_table();
  BitReader in = in_of_caller;
  for (unsigned in_a_row = kLikely;;) {
    if (in_a_row >= kLikely) at = literals_hold(at, end, in);
    const auto [symbol, bits] = literals_.at(in.peek());
    in.skip(bits);
    if (symbol < kEndOfBlock) {
      if (at == end || std::to_integer<unsigned>(*at) != symbol) return false;
      ++at;
      ++in_a_row;
    } else if (symbol == kEndOfBlock) {
      at_ = static_cast<std::size_t>(at - begin);
      in_of_caller = in;
      return true;
    } else {
      in_a_row = 0;
      const std::size_t length = copy_length({begin, at}, end, symbol, in);
      if (length == 0) return false;
      at += length;
    }
  }
}

// Of the copy that begins with `symbol`, behind the content `before`; 0 where it does not hold.
std::size_t StreamCheck::copy_length(std::span<const std::byte> before, const std::byte* end,
                                     unsigned symbol, BitReader& in) const {
  if (symbol > kEndOfBlock + kLengthClasses.size() || !has_distances_) return 0;
  const std::uint64_t look = in.peek();
  const CopyClass length_class = kLengthClasses[symbol - kEndOfBlock - 1];
  const std::size_t length = length_class.least + low_bits(look, length_class.extra_bits);
  const std::uint64_t rest = look >> length_class.extra_bits;
  const auto [number, bits] = distances_.at(rest);
  if (number >= kDistanceClasses.size()) return 0;
  const auto [least, extra_bits] = kDistanceClasses[number];
  const std::size_t distance = least + low_bits(rest >> bits, extra_bits);
  in.skip(length_class.extra_bits + std::size_t{bits} + extra_bits);
  const std::byte* const here = before.data() + before.size();
  if (distance > before.size() || length > static_cast<std::size_t>(end - here)) return 0;
  return equal_bytes(here, here - distance, length) ? length : 0;
}

}  // namespace h5pave
