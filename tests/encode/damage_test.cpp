// Damaged and foreign bytes: decode() answers, and touches nothing outside the chunk (run it under
// AddressSanitizer). Deterministic, so that a failure comes back.
#include <boost/test/unit_test.hpp>
#include <random>

#include "encode/chunk_codec.h"
#include "support/filter_orders.h"
#include "support/random_bytes.h"

namespace {

using Bytes = std::vector<std::byte>;
using h5pave::ChunkCodec;
using h5pave::DeflateMode;
using Kind = h5pave::FilterStep::Kind;

Bytes stored_of(ChunkCodec& codec, const Bytes& chunk) {
  const auto view = codec.encode(chunk);
  return {view.begin(), view.end()};
}

// Each at its own address, so that a sanitizer sees every byte outside. True when decode() says no.
bool refused(ChunkCodec& codec, const Bytes& stored, std::size_t chunk_bytes) {
  const Bytes exact(stored);
  Bytes chunk(chunk_bytes);
  return !codec.decode(exact, chunk);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(damage)

BOOST_AUTO_TEST_CASE(random_damage_never_overruns) {
  std::mt19937_64 random(11);
  for (const auto& steps : h5pave::test::all_filter_orders(4, 5)) {
    ChunkCodec codec(steps, DeflateMode::kBalanced);
    for (int round = 0; round < 400; ++round) {
      const std::size_t chunk_bytes = random() % 5000;
      Bytes stored = stored_of(codec, h5pave::test::mixed_bytes(chunk_bytes, random()));
      if (random() % 2 == 0) stored.resize(random() % (stored.size() + 1));
      for (auto flips = random() % 4; flips > 0 && !stored.empty(); --flips) {
        stored[random() % stored.size()] ^= static_cast<std::byte>(1U << random() % 8);
      }
      const std::size_t asked = random() % 4 == 0 ? random() % 6000 : chunk_bytes;
      refused(codec, stored, asked);
    }
  }
}

BOOST_AUTO_TEST_CASE(noise_is_no_stream) {
  std::mt19937_64 random(12);
  ChunkCodec codec({{Kind::kShuffle, 8}, {Kind::kDeflate, 5}}, DeflateMode::kBalanced);
  for (int round = 0; round < 3000; ++round) {
    Bytes stored(random() % 400);
    for (auto& byte : stored) byte = static_cast<std::byte>(random() >> 56);
    // A right header brings the noise to the block decoder.
    if (stored.size() > 2) stored[0] = std::byte{0x78}, stored[1] = std::byte{0x5e};
    BOOST_TEST(refused(codec, stored, 1 + random() % 3000));
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (const auto& steps : h5pave::test::all_filter_orders(4, 5)) {
    ChunkCodec codec(steps, DeflateMode::kBalanced);
    const Bytes chunk = h5pave::test::mixed_bytes(700, 5);
    const Bytes stored = stored_of(codec, chunk);
    for (std::size_t bytes = 0; bytes < stored.size(); ++bytes) {
      BOOST_TEST(
          refused(codec, Bytes(stored.begin(), stored.begin() + static_cast<long>(bytes)), 700));
    }
  }
}

BOOST_AUTO_TEST_CASE(another_size_is_refused) {
  for (const auto& steps : h5pave::test::all_filter_orders(4, 5)) {
    ChunkCodec codec(steps, DeflateMode::kBalanced);
    const Bytes stored = stored_of(codec, h5pave::test::mixed_bytes(700, 5));
    for (const std::size_t asked : {0UL, 1UL, 696UL, 699UL, 701UL, 704UL, 100000UL}) {
      BOOST_TEST(refused(codec, stored, asked), asked << " bytes");
    }
  }
}

BOOST_AUTO_TEST_CASE(trailing_bytes_after_a_stream_are_ignored_as_by_stock) {
  ChunkCodec codec({{Kind::kDeflate, 5}}, DeflateMode::kBalanced);
  Bytes stored = stored_of(codec, h5pave::test::mixed_bytes(700, 5));
  stored.resize(stored.size() + 10);
  BOOST_TEST(!refused(codec, stored, 700));
}

BOOST_AUTO_TEST_CASE(wrong_checksums_are_refused) {
  ChunkCodec codec({{Kind::kDeflate, 5}}, DeflateMode::kBalanced);
  Bytes stored = stored_of(codec, h5pave::test::mixed_bytes(700, 5));
  stored.back() ^= std::byte{1};
  BOOST_TEST(refused(codec, stored, 700));
}

BOOST_AUTO_TEST_SUITE_END()
