// The part of the check that goes by a trace: what the next words must be is known without reading
// any, so that nothing waits for the stream and few branches depend on it.
#include <bit>
#include <cstring>

#include "encode/copy_classes.h"
#include "encode/stream_check.h"

namespace h5pave {

namespace {

std::uint64_t low_mask(std::size_t bits) {
  return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

// Bits in which 8 bytes differ.
std::uint64_t difference(const std::byte* a, const std::byte* b) {
  std::uint64_t left;
  std::uint64_t right;
  std::memcpy(&left, a, sizeof left);
  std::memcpy(&right, b, sizeof right);
  return little_endian(left ^ right);
}

// Not zero where `count` bytes differ; at least 16 can be read.
std::uint64_t short_difference(const std::byte* a, const std::byte* b, std::size_t count) {
  return (difference(a, b) & low_mask(8 * count)) |
         (difference(a + 8, b + 8) & low_mask(count < 8 ? 0 : 8 * (count - 8)));
}

unsigned distance_number(std::size_t distance) {
  const auto offset = static_cast<unsigned>(distance - 1);
  if (offset < 4) return offset;
  const auto extra_bits = static_cast<unsigned>(std::bit_width(offset)) - 2;
  return 2 * extra_bits + (offset >> extra_bits);
}

}  // namespace

void StreamCheck::make_copy_words() {
  copy_words_.fill({0, kNoWord});
  for (std::size_t i = 0; i < kLengthClasses.size(); ++i) {
    const auto [least, extra_bits] = kLengthClasses[i];
    const Word symbol = literal_words_[kEndOfBlock + 1 + i];
    if (symbol.bits == kNoWord) continue;
    const std::size_t count =
        std::min<std::size_t>(std::size_t{1} << extra_bits, copy_words_.size() - least);
    for (std::uint32_t extra = 0; extra < count; ++extra) {
      copy_words_[least + extra] = {symbol.word | extra << symbol.bits,
                                    symbol.bits + std::uint32_t{extra_bits}};
    }
  }
  distance_words_.fill({0, kNoWord});
  if (!has_distances_) return;
  distances_.each_word([this](std::size_t symbol, std::uint16_t word, unsigned bits) {
    if (symbol < distance_words_.size()) {
      distance_words_[symbol] = {word, static_cast<std::uint16_t>(bits)};
    }
  });
}

// Not zero where the next bits are not the words of the `count` <= 4 bytes at `at`.
std::uint64_t StreamCheck::literal_difference(const std::byte* at, unsigned count,
                                              BitReader& in) const {
  std::uint64_t words = 0;
  unsigned bits = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const Word word = literal_words_[std::to_integer<std::size_t>(at[i])];
    const bool counts = i < count;  // Chosen without a branch: it could not be guessed.
    words |= (counts ? std::uint64_t{word.word} : 0) << bits % 64;
    bits += counts ? word.bits : 0U;
  }
  if (bits > kLookBits) return 1;
  const std::uint64_t look = in.peek();
  in.skip(bits);
  return (look ^ words) & low_mask(bits);
}

// The same for a copy, whose bytes are compared too. Requires room for it in the content.
std::uint64_t StreamCheck::copy_difference(const std::byte* at, const std::byte* end,
                                           const Sequence& copy, BitReader& in) const {
  const CopyWord length = copy_words_[copy.length];
  const unsigned number = distance_number(copy.distance);
  const Word distance = distance_words_[number];
  const std::uint64_t extra = copy.distance - std::uint64_t{kDistanceClasses[number].least};
  const unsigned extra_bits = kDistanceClasses[number].extra_bits;
  const unsigned code_bits = length.bits + distance.bits;
  if (code_bits + extra_bits > kLookBits || extra >> extra_bits != 0) return 1;
  const std::uint64_t words =
      length.word | std::uint64_t{distance.word} << length.bits | extra << code_bits;
  const std::uint64_t look = in.peek();
  in.skip(code_bits + extra_bits);
  const std::uint64_t wrong = (look ^ words) & low_mask(code_bits + extra_bits);
  const std::byte* const from = at - copy.distance;
  if (copy.length <= 16 && end - at >= 16) return wrong | short_difference(at, from, copy.length);
  return wrong | (std::memcmp(at, from, copy.length) == 0 ? 0 : 1);
}

bool StreamCheck::sequences_hold(std::span<const Sequence> sequences, BitReader& in_of_caller) {
  make_copy_words();
  const std::byte* const begin = content_.data();
  const std::byte* const end = begin + content_.size();
  const std::byte* at = begin + at_;
  BitReader in = in_of_caller;  // A copy of our own stays in registers.
  std::uint64_t wrong = 0;
  for (const Sequence& sequence : sequences) {
    const auto left = static_cast<std::size_t>(end - at);
    if (sequence.literals + std::size_t{sequence.length} > left) return false;
    std::uint32_t literals = sequence.literals;
    for (; literals >= 4; literals -= 4, at += 4) wrong |= literal_difference(at, 4, in);
    std::array<std::byte, 4> last{};
    const std::byte* rest = at;
    if (end - at < 4) {
      if (literals != 0) std::memcpy(last.data(), at, literals);
      rest = last.data();
    }
    wrong |= literal_difference(rest, literals, in);
    at += literals;
    if (sequence.length == 0) continue;
    if (sequence.length > kMaxCopy || sequence.distance == 0 || sequence.distance > kMaxDistance ||
        sequence.distance > static_cast<std::size_t>(at - begin)) {
      return false;
    }
    wrong |= copy_difference(at, end, sequence, in);
    at += sequence.length;
  }
  const Word last = literal_words_[kEndOfBlock];
  wrong |= (in.peek() ^ last.word) & low_mask(last.bits);
  in.skip(last.bits);
  at_ = static_cast<std::size_t>(at - begin);
  in_of_caller = in;
  return wrong == 0;
}

}  // namespace h5pave
