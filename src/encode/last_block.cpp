#include "encode/last_block.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "encode/bit_reader.h"
#include "encode/code_lengths.h"
#include "encode/huffman_code.h"
#include "encode/sequences.h"

namespace h5pave {

namespace {

constexpr unsigned kMaxBits = 15;

// What comes after a symbol.
enum Next : std::uint8_t { kLiteralNext, kDistanceNext, kBlockEnd, kInvalid };

// What to do with the next bits: `bits` of code and extra bits to skip.
struct Action {
  std::uint8_t bits = 0;
  Next next = kInvalid;
  std::uint8_t code_bits = 0;  // Those of `bits` that tell the symbol.
};

// A table over the next bits, as many as the longest word has, which `kBits` limits.
template <unsigned kBits>
class ActionTable {
 public:
  /// False for lengths that are no prefix code, or one with longer words than the table.
  template <class ActionOf>
  bool build(std::span<const std::uint8_t> lengths, ActionOf action_of) {
    std::array<unsigned, kMaxBits + 2> next{};
    unsigned longest = 0;
    for (const std::uint8_t length : lengths) {
      if (length > kBits) return false;
      if (length != 0) ++next[length + 1U];
      longest = std::max<unsigned>(longest, length);
    }
    for (unsigned bits = 1; bits <= kBits; ++bits) next[bits] = (next[bits] + next[bits - 1]) * 2;
    size_ = std::size_t{1} << longest;
    std::fill_n(actions_.begin(), size_, Action{});
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] == 0) continue;
      const unsigned word = next[lengths[i]]++;
      if (word >> lengths[i] != 0) return false;
      Action action = action_of(i);
      action.bits = static_cast<std::uint8_t>(action.bits + lengths[i]);
      action.code_bits = lengths[i];
      for (std::size_t at = reversed(word, lengths[i]); at < size_;
           at += std::size_t{1} << lengths[i]) {
        actions_[at] = action;
      }
    }
    return true;
  }
  const Action& at(std::uint64_t bits) const { return actions_[bits & (size_ - 1)]; }

 private:
  static std::size_t reversed(unsigned word, unsigned bits) {
    std::size_t result = 0;
    for (unsigned i = 0; i < bits; ++i) result |= std::size_t{word >> i & 1U} << (bits - 1 - i);
    return result;
  }
  std::size_t size_ = 1;
  std::array<Action, std::size_t{1} << kBits> actions_;
};

using SymbolTable = ActionTable<kMaxBits>;

// The two tables of a block in one, small enough for the nearest cache and without branches between
// symbols: what a stream's symbols are cannot be guessed. Its steps take as many literals at once
// as their bits show, and a copy's length or the block's end behind them.
class StepTable {
 public:
  void build(const SymbolTable& literals, const SymbolTable& distances) {
    for (std::size_t bits = 0; bits < kSize; ++bits) {
      Step run;
      do {
        const Action& next = literals.at(bits >> run.bits);
        if (next.next == kInvalid || run.bits + next.code_bits > kBits) break;
        run = {static_cast<std::uint8_t>(run.bits + next.bits), next.next};
      } while (run.next == kLiteralNext && run.bits < kBits);
      steps_[kLiteralNext * kSize + bits] = run;
      const Action& distance = distances.at(bits);
      const bool shows = distance.code_bits <= kBits;
      steps_[kDistanceNext * kSize + bits] = shows ? Step{distance.bits, distance.next} : Step{};
    }
  }

  struct Step {
    std::uint8_t bits = 0;
    Next next = kInvalid;
  };
  /// `state` is kLiteralNext or kDistanceNext. kInvalid where the symbol has more bits than shown.
  Step at(Next state, std::uint64_t bits) const { return steps_[state * kSize + bits % kSize]; }

 private:
  static constexpr unsigned kBits = 10;
  static constexpr std::size_t kSize = std::size_t{1} << kBits;
  std::array<Step, 2 * kSize> steps_;
};

Action literal_action(std::size_t symbol) {
  if (symbol < kEndOfBlock) return {0, kLiteralNext};
  if (symbol == kEndOfBlock) return {0, kBlockEnd};
  const bool extra = symbol >= 265 && symbol < 285;
  return {static_cast<std::uint8_t>(extra ? (symbol - 261) / 4 : 0), kDistanceNext};
}

Action distance_action(std::size_t symbol) {
  return {static_cast<std::uint8_t>(symbol < 4 ? 0 : symbol / 2 - 1), kLiteralNext};
}

class BlockWalker {
 public:
  explicit BlockWalker(std::span<const std::byte> stream) : in_(stream) {}

  std::optional<LastBlockPlace> last_block() {
    for (;;) {
      const std::size_t mark_bit = in_.bit();
      const bool last = in_.take(1) != 0;
      const unsigned type = in_.take(2);
      if (type == kCoded && !read_code_lengths(in_, lengths_)) return std::nullopt;
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
        lengths_ = fixed_code_lengths();
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
    set_code_words(lengths_.literals(), words);
    const unsigned word_bits = lengths_.literals()[kEndOfBlock];
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

  bool build_tables() {
    if (!literals_.build(lengths_.literals(), literal_action) ||
        !distances_.build(lengths_.distances(), distance_action)) {
      return false;
    }
    steps_.build(literals_, distances_);
    return true;
  }

  StepTable::Step step_at(Next state, std::uint64_t bits) const {
    const StepTable::Step step = steps_.at(state, bits);
    if (step.next != kInvalid) return step;
    const Action& action = (state == kLiteralNext ? literals_ : distances_).at(bits);
    return {action.bits, action.next};
  }

  bool walk_symbols() {
    BitReader in = in_;  // A copy of our own stays in registers.
    Next state = kLiteralNext;
    while (state < kBlockEnd && !in.overrun()) {
      // Two steps of at most 15 + 13 bits fit what a look shows.
      const std::uint64_t bits = in.peek();
      const StepTable::Step first = step_at(state, bits);
      state = first.next;
      in.skip(first.bits);
      if (state >= kBlockEnd) break;
      const StepTable::Step second = step_at(state, bits >> first.bits);
      state = second.next;
      in.skip(second.bits);
    }
    in_ = in;
    return state == kBlockEnd && !in.overrun();
  }

  BitReader in_;
  CodeLengths lengths_;
  SymbolTable literals_;
  SymbolTable distances_;
  StepTable steps_;
};

}  // namespace

std::optional<LastBlockPlace> find_last_block(std::span<const std::byte> stream) {
  // On the heap: its tables are too large for the small stacks that some programs give their
  // threads.
  return std::make_unique<BlockWalker>(stream)->last_block();
}

}  // namespace h5pave
