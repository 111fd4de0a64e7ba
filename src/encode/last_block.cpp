#include "encode/last_block.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "encode/bit_writer.h"
#include "encode/huffman_code.h"
#include "encode/sequences.h"

namespace h5pave {

namespace {

constexpr unsigned kMaxBits = 15;

// Bits of a stream from any place; zeros behind its end, and overrun() then says so.
class BitReader {
 public:
  explicit BitReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// At least 56 bits from here on.
  std::uint64_t peek() const {
    const std::size_t byte = bit_ / 8;
    std::uint64_t word = 0;
    if (byte + sizeof word <= bytes_.size()) {
      std::memcpy(&word, bytes_.data() + byte, sizeof word);
    } else if (byte < bytes_.size()) {
      std::memcpy(&word, bytes_.data() + byte, bytes_.size() - byte);
    }
    return little_endian(word) >> bit_ % 8;
  }
  void skip(std::size_t bits) { bit_ += bits; }
  unsigned take(unsigned bits) {
    const auto value = static_cast<unsigned>(peek() & ((std::uint64_t{1} << bits) - 1));
    skip(bits);
    return value;
  }
  /// The last `count` bits of the stream, at most 22 of them.
  std::optional<std::uint64_t> last_bits(std::size_t count) const {
    if (count > bits()) return std::nullopt;
    BitReader tail = *this;
    tail.bit_ = bits() - count;
    return tail.peek() & ((std::uint64_t{1} << count) - 1);
  }
  std::size_t bits() const { return 8 * bytes_.size(); }
  void align() { bit_ = (bit_ + 7) / 8 * 8; }
  std::size_t bit() const { return bit_; }
  bool overrun() const { return bit_ > bits(); }

 private:
  std::span<const std::byte> bytes_;
  std::size_t bit_ = 0;
};

// What to do with the next bits: `bits` of code and extra bits to skip, and what follows.
struct Action {
  enum Next : std::uint8_t { kInvalid, kGoOn, kDistance, kEnd };
  std::uint8_t bits = 0;
  Next next = kInvalid;
  std::uint8_t number = 0;  // Of the symbol, where a table is for numbers.
};

// A table over the next `kBits` bits.
template <unsigned kBits>
class ActionTable {
 public:
  /// False for lengths that are no prefix code, or one with longer words than the table.
  template <class ActionOf>
  bool build(std::span<const std::uint8_t> lengths, ActionOf action_of) {
    std::array<unsigned, kMaxBits + 2> next{};
    for (const std::uint8_t length : lengths) {
      if (length > kBits) return false;
      if (length != 0) ++next[length + 1U];
    }
    for (unsigned bits = 1; bits <= kBits; ++bits) next[bits] = (next[bits] + next[bits - 1]) * 2;
    actions_.fill({});
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] == 0) continue;
      const unsigned word = next[lengths[i]]++;
      if (word >> lengths[i] != 0) return false;
      Action action = action_of(i);
      action.bits = static_cast<std::uint8_t>(action.bits + lengths[i]);
      for (std::size_t at = reversed(word, lengths[i]); at < actions_.size();
           at += std::size_t{1} << lengths[i]) {
        actions_[at] = action;
      }
    }
    return true;
  }
  const Action& at(std::uint64_t bits) const { return actions_[bits & (actions_.size() - 1)]; }

 private:
  static std::size_t reversed(unsigned word, unsigned bits) {
    std::size_t result = 0;
    for (unsigned i = 0; i < bits; ++i) result |= std::size_t{word >> i & 1U} << (bits - 1 - i);
    return result;
  }
  std::array<Action, std::size_t{1} << kBits> actions_;
};

Action literal_action(std::size_t symbol) {
  if (symbol < kEndOfBlock) return {0, Action::kGoOn};
  if (symbol == kEndOfBlock) return {0, Action::kEnd};
  const bool extra = symbol >= 265 && symbol < 285;
  return {static_cast<std::uint8_t>(extra ? (symbol - 261) / 4 : 0), Action::kDistance};
}

Action distance_action(std::size_t symbol) {
  return {static_cast<std::uint8_t>(symbol < 4 ? 0 : symbol / 2 - 1), Action::kGoOn};
}

Action number_action(std::size_t symbol) {
  return {0, Action::kGoOn, static_cast<std::uint8_t>(symbol)};
}

class BlockWalker {
 public:
  explicit BlockWalker(std::span<const std::byte> stream) : in_(stream) {}

  std::optional<LastBlockPlace> last_block() {
    for (;;) {
      const std::size_t mark_bit = in_.bit();
      const bool last = in_.take(1) != 0;
      const unsigned type = in_.take(2);
      if (type == kCoded && !read_codes()) return std::nullopt;
      if (last && type == kCoded) {
        if (const auto end_bit = end_by_last_word()) return LastBlockPlace{mark_bit, *end_bit};
      }
      if (!walk_block(type) || in_.overrun()) return std::nullopt;
      if (last) return LastBlockPlace{mark_bit, in_.bit()};
    }
  }

 private:
  enum Type : unsigned { kStored = 0, kFixed = 1, kCoded = 2 };

  bool walk_block(unsigned type) {
    switch (type) {
      case kStored:
        return walk_stored();
      case kFixed:
        use_fixed_codes();
        [[fallthrough]];
      case kCoded:
        return build_tables() && walk_symbols();
      default:
        return false;
    }
  }

  // The last block ends with the word for its end and up to 7 zero bits. Where only one number of
  // zero bits fits, nothing else of the block needs to be read.
  std::optional<std::size_t> end_by_last_word() const {
    std::array<std::uint16_t, 288> words{};
    set_code_words(std::span(literal_lengths_).first(literal_count_), words);
    const unsigned word_bits = literal_lengths_[kEndOfBlock];
    if (word_bits == 0) return std::nullopt;
    std::optional<std::size_t> found;
    for (unsigned zeros = 0; zeros < 8; ++zeros) {
      const auto tail = in_.last_bits(word_bits + zeros);
      if (!tail || *tail != words[kEndOfBlock]) continue;
      if (found) return std::nullopt;
      found = in_.bits() - zeros;
    }
    return found;
  }

  bool walk_stored() {
    in_.align();
    const unsigned bytes = in_.take(16);
    if ((in_.take(16) ^ bytes) != 0xffff) return false;
    in_.skip(8 * std::size_t{bytes});
    return true;
  }

  void use_fixed_codes() {
    std::fill_n(literal_lengths_.begin(), 144, std::uint8_t{8});
    std::fill_n(literal_lengths_.begin() + 144, 112, std::uint8_t{9});
    std::fill_n(literal_lengths_.begin() + 256, 24, std::uint8_t{7});
    std::fill_n(literal_lengths_.begin() + 280, 8, std::uint8_t{8});
    std::fill_n(distance_lengths_.begin(), 32, std::uint8_t{5});
    literal_count_ = 288;
    distance_count_ = 32;
  }

  bool read_codes() {
    literal_count_ = 257 + in_.take(5);
    distance_count_ = 1 + in_.take(5);
    std::array<std::uint8_t, 288 + 32> lengths{};
    if (!read_header_code() ||
        !read_lengths(std::span(lengths).first(literal_count_ + distance_count_))) {
      return false;
    }
    std::copy_n(lengths.begin(), literal_count_, literal_lengths_.begin());
    std::copy_n(lengths.begin() + static_cast<std::ptrdiff_t>(literal_count_), distance_count_,
                distance_lengths_.begin());
    return true;
  }

  bool build_tables() {
    return literals_.build(std::span(literal_lengths_).first(literal_count_), literal_action) &&
           distances_.build(std::span(distance_lengths_).first(distance_count_), distance_action);
  }

  bool read_header_code() {
    constexpr std::array<std::uint8_t, 19> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};
    const unsigned given = 4 + in_.take(4);
    std::array<std::uint8_t, 19> lengths{};
    for (unsigned i = 0; i < given; ++i) {
      lengths[kOrder[i]] = static_cast<std::uint8_t>(in_.take(3));
    }
    return header_.build(lengths, number_action);
  }

  bool read_lengths(std::span<std::uint8_t> lengths) {
    for (std::size_t i = 0; i < lengths.size();) {
      const Action& action = header_.at(in_.peek());
      if (action.next == Action::kInvalid || in_.overrun()) return false;
      in_.skip(action.bits);
      unsigned repeats = 1;
      std::uint8_t value = action.number;
      if (value == 16) {
        if (i == 0) return false;
        value = lengths[i - 1];
        repeats = 3 + in_.take(2);
      } else if (value > 16) {
        repeats = value == 17 ? 3 + in_.take(3) : 11 + in_.take(7);
        value = 0;
      }
      if (repeats > lengths.size() - i) return false;
      for (; repeats > 0; --repeats) lengths[i++] = value;
    }
    return true;
  }

  bool walk_symbols() {
    BitReader in = in_;  // A copy of our own stays in registers.
    for (;;) {
      std::uint64_t bits = in.peek();
      Action action = literals_.at(bits);
      unsigned skipped = 0;
      // A second and third literal from the same word: 3 · 15 bits are there.
      for (int more = 0; more < 2 && action.next == Action::kGoOn; ++more) {
        skipped += action.bits;
        action = literals_.at(bits >> skipped);
      }
      skipped += action.bits;
      if (action.next == Action::kDistance) {
        in.skip(skipped);
        action = distances_.at(in.peek());
        skipped = action.bits;
      }
      in.skip(skipped);
      if (action.next == Action::kInvalid || in.overrun()) return false;
      if (action.next == Action::kEnd) break;
    }
    in_ = in;
    return true;
  }

  BitReader in_;
  std::array<std::uint8_t, 288> literal_lengths_{};
  std::array<std::uint8_t, 32> distance_lengths_{};
  std::size_t literal_count_ = 0;
  std::size_t distance_count_ = 0;
  ActionTable<kMaxBits> literals_;
  ActionTable<kMaxBits> distances_;
  ActionTable<7> header_;
};

}  // namespace

std::optional<LastBlockPlace> find_last_block(std::span<const std::byte> stream) {
  // On the heap: its tables are too large for the small stacks that some programs give their
  // threads.
  return std::make_unique<BlockWalker>(stream)->last_block();
}

}  // namespace h5pave
