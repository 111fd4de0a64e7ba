// A prefix code of deflate as a reader of the stream sees it, made from nothing but the lengths of
// its words (RFC 1951, 3.2.2). Shares no code with the encoder, whose work it judges. Called by the
// readers of streams in this folder. Thread rule: plain values.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace h5pave {

/// Words of up to kTableBits bits are found by one look, longer ones bit by bit.
template <unsigned kTableBits>
class PrefixCode {
 public:
  static constexpr unsigned kMaxBits = 15;
  static constexpr std::size_t kMaxSymbols = 288;

  struct Symbol {
    std::uint16_t number = 0;
    std::uint8_t bits = 0;
  };

  /// False unless the words fill the code exactly. Requires at most kMaxSymbols lengths of at most
  /// kMaxBits.
  bool build(std::span<const std::uint8_t> lengths) {
    counts_.fill(0);
    for (const std::uint8_t length : lengths) ++counts_[length];
    counts_[0] = 0;
    std::array<std::uint16_t, kMaxBits + 1> next_place{};
    unsigned room = 1;
    for (unsigned bits = 1; bits <= kMaxBits; ++bits) {
      if (counts_[bits] > 2 * room) return false;
      room = 2 * room - counts_[bits];
      first_words_[bits] =
          static_cast<std::uint16_t>(2 * (first_words_[bits - 1] + counts_[bits - 1]));
      next_place[bits] = static_cast<std::uint16_t>(next_place[bits - 1] + counts_[bits - 1]);
    }
    if (room != 0) return false;
    sort_symbols(lengths, next_place);
    return true;
  }

  /// Requires build(). Before at().
  void make_table() {
    table_.fill({});
    each_word([this](std::uint16_t number, std::size_t word, unsigned bits) {
      if (bits > kTableBits) return;
      for (; word < table_.size(); word += std::size_t{1} << bits) {
        table_[word] = {number, static_cast<std::uint8_t>(bits)};
      }
    });
  }

  /// The symbol whose word the lowest of `bits` are. Requires kMaxBits of them and
  /// make_table().
  Symbol at(std::uint64_t bits) const {
    const Symbol found = table_[bits % table_.size()];
    return found.bits != 0 ? found : long_word(bits);
  }

  /// The word of each symbol, its first bit lowest, as set(number, word, bits).
  template <class Set>
  void each_word(Set set) const {
    std::size_t place = 0;
    for (unsigned bits = 1; bits <= kMaxBits; ++bits) {
      for (unsigned i = 0; i < counts_[bits]; ++i) {
        set(symbols_[place++], reversed(first_words_[bits] + i, bits), bits);
      }
    }
  }

 private:
  static std::uint16_t reversed(std::uint32_t word, unsigned bits) {
    word = (word & 0x5555) << 1 | (word >> 1 & 0x5555);
    word = (word & 0x3333) << 2 | (word >> 2 & 0x3333);
    word = (word & 0x0f0f) << 4 | (word >> 4 & 0x0f0f);
    word = (word & 0x00ff) << 8 | (word >> 8 & 0x00ff);
    return static_cast<std::uint16_t>(word >> (16 - bits));
  }

  // By word length, then number: the order of the words.
  void sort_symbols(std::span<const std::uint8_t> lengths,
                    std::array<std::uint16_t, kMaxBits + 1> next_place) {
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] != 0) symbols_[next_place[lengths[i]]++] = static_cast<std::uint16_t>(i);
    }
  }

  Symbol long_word(std::uint64_t bits) const {
    std::uint32_t word = 0;
    std::uint32_t place = 0;
    for (unsigned length = 1; length <= kMaxBits; ++length) {
      word = 2 * word + (bits >> (length - 1) & 1U);
      const std::uint32_t rank = word - first_words_[length];
      if (rank < counts_[length]) {
        return {symbols_[place + rank], static_cast<std::uint8_t>(length)};
      }
      place += counts_[length];
    }
    return {};  // Not reached: the words fill the code.
  }

  std::array<Symbol, std::size_t{1} << kTableBits> table_;
  std::array<std::uint16_t, kMaxBits + 1> counts_{};  // Of words, by length.
  std::array<std::uint16_t, kMaxBits + 1> first_words_{};
  std::array<std::uint16_t, kMaxSymbols> symbols_{};
};

}  // namespace h5pave
