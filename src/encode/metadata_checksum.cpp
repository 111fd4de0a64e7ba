#include "encode/metadata_checksum.h"

#include <algorithm>
#include <array>
#include <bit>

namespace h5pave {

namespace {

constexpr std::size_t kBlockBytes = 12;

using State = std::array<std::uint32_t, 3>;

void mix(State& state) {
  auto& [a, b, c] = state;
  a -= c, a ^= std::rotl(c, 4), c += b;
  b -= a, b ^= std::rotl(a, 6), a += c;
  c -= b, c ^= std::rotl(b, 8), b += a;
  a -= c, a ^= std::rotl(c, 16), c += b;
  b -= a, b ^= std::rotl(a, 19), a += c;
  c -= b, c ^= std::rotl(b, 4), b += a;
}

void finish(State& state) {
  auto& [a, b, c] = state;
  c ^= b, c -= std::rotl(b, 14);
  a ^= c, a -= std::rotl(c, 11);
  b ^= a, b -= std::rotl(a, 25);
  c ^= b, c -= std::rotl(b, 16);
  a ^= c, a -= std::rotl(c, 4);
  b ^= a, b -= std::rotl(a, 14);
  c ^= b, c -= std::rotl(b, 24);
}

/// Adds up to 12 bytes as three little-endian numbers; bytes that are missing count as 0.
void add(State& state, std::span<const std::byte> block) {
  for (std::size_t i = 0; i < block.size(); ++i)
    state[i / 4] += std::to_integer<std::uint32_t>(block[i]) << (8 * (i % 4));
}

}  // namespace

std::uint32_t metadata_checksum(std::span<const std::byte> bytes) {
  const std::uint32_t start = 0xdeadbeef + static_cast<std::uint32_t>(bytes.size());
  State state{start, start, start};
  for (; bytes.size() > kBlockBytes; bytes = bytes.subspan(kBlockBytes)) {
    add(state, bytes.first(kBlockBytes));
    mix(state);
  }
  if (bytes.empty()) return state[2];
  add(state, bytes);
  finish(state);
  return state[2];
}

}  // namespace h5pave
