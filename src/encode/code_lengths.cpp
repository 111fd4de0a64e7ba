#include "encode/code_lengths.h"

#include <algorithm>

#include "encode/prefix_code.h"

namespace h5pave {

namespace {

constexpr std::uint8_t kRepeatPrevious = 16;
constexpr std::uint8_t kRepeatZero = 17;
using HeaderCode = PrefixCode<7>;

bool read_header_code(BitReader& in, HeaderCode& code) {
  constexpr std::array<std::uint8_t, 19> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                11, 4,  12, 3, 13, 2, 14, 1, 15};
  const unsigned given = 4 + in.take(4);
  std::array<std::uint8_t, 19> lengths{};
  for (unsigned i = 0; i < given; ++i) lengths[kOrder[i]] = static_cast<std::uint8_t>(in.take(3));
  if (!code.build(lengths)) return false;
  code.make_table();
  return true;
}

bool read_lengths(BitReader& in, const HeaderCode& code, std::span<std::uint8_t> lengths) {
  for (std::size_t i = 0; i < lengths.size();) {
    if (in.overrun()) return false;
    const auto [number, bits] = code.at(in.peek());
    in.skip(bits);
    unsigned repeats = 1;
    auto value = static_cast<std::uint8_t>(number);
    if (value == kRepeatPrevious) {
      if (i == 0) return false;
      value = lengths[i - 1];
      repeats = 3 + in.take(2);
    } else if (value > kRepeatPrevious) {
      repeats = value == kRepeatZero ? 3 + in.take(3) : 11 + in.take(7);
      value = 0;
    }
    if (repeats > lengths.size() - i) return false;
    for (; repeats > 0; --repeats) lengths[i++] = value;
  }
  return true;
}

}  // namespace

bool read_code_lengths(BitReader& in, CodeLengths& lengths) {
  lengths.literal_count = 257 + in.take(5);
  lengths.distance_count = 1 + in.take(5);
  HeaderCode code;
  return read_header_code(in, code) &&
         read_lengths(in, code,
                      std::span(lengths.all).first(lengths.literal_count + lengths.distance_count));
}

CodeLengths fixed_code_lengths() {
  CodeLengths lengths{{}, 288, 32};
  const auto set = [&lengths](std::size_t first, std::size_t last, std::uint8_t bits) {
    std::fill(lengths.all.begin() + first, lengths.all.begin() + last, bits);
  };
  set(0, 144, 8);
  set(144, 256, 9);
  set(256, 280, 7);
  set(280, 288, 8);
  set(288, 320, 5);
  return lengths;
}

}  // namespace h5pave
