// What the probe says that copies would save, beside what they do.
#include "encode/match_probe.h"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <random>
#include <vector>

#include "encode/place_sample.h"

namespace {

using Bytes = std::vector<std::byte>;

Bytes noise(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// Copies of `length` bytes from anywhere before, one after every `literals` bytes of noise; returns
// how many begin in the last `piece` bytes.
std::size_t plant_copies(Bytes& bytes, std::size_t length, std::size_t literals,
                         std::size_t piece) {
  std::mt19937_64 random(5);
  std::size_t planted = 0;
  for (std::size_t at = 4096; at + length <= bytes.size(); at += length + literals) {
    const std::size_t from = at - length - random() % 4000;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), length,
                bytes.begin() + static_cast<std::ptrdiff_t>(at));
    planted += at >= bytes.size() - piece ? 1U : 0U;
  }
  return planted;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(match_probe)

BOOST_AUTO_TEST_CASE(masks_are_what_single_places_say) {
  const Bytes bytes = noise(100000, 1);
  std::size_t sampled = 0;
  for (std::size_t at = 0; at + 16 + 3 <= bytes.size(); at += 16) {
    const std::uint32_t mask = h5pave::sampled_of_16(bytes.data() + at);
    BOOST_REQUIRE(mask < 1U << 16);
    for (unsigned i = 0; i < 16; ++i) {
      const bool is_sampled = h5pave::is_sampled(bytes.data() + at + i);
      BOOST_REQUIRE((mask >> i & 1) == (is_sampled ? 1U : 0U));
      sampled += is_sampled ? 1 : 0;
    }
  }
  BOOST_TEST(sampled > 24000U);
  BOOST_TEST(sampled < 26000U);
}

BOOST_AUTO_TEST_CASE(places_are_the_bits_of_the_mask) {
  for (std::uint32_t mask = 0; mask < 256; ++mask) {
    for (const std::uint32_t first : {0U, 8U, 248U}) {
      std::uint8_t places[8];
      const std::size_t count = h5pave::put_places(mask, first, places);
      std::uint32_t again = 0;
      for (std::size_t i = 0; i < count; ++i) {
        BOOST_REQUIRE((i == 0 || places[i] > places[i - 1]));
        again |= 1U << (places[i] - first);
      }
      BOOST_REQUIRE(again == mask);
    }
  }
}

BOOST_AUTO_TEST_CASE(noise_has_nothing_to_save) {
  const auto probe = std::make_unique<h5pave::MatchProbe>();
  const Bytes bytes = noise(40960, 2);
  BOOST_TEST(probe->saved_bits(bytes, 0, {32768, 40960}, 8) < 40);
}

// One place in four is looked at, so that what is said of few copies varies: by a fourth at most
// here.
BOOST_AUTO_TEST_CASE(copies_are_counted_once_whatever_their_length) {
  const auto probe = std::make_unique<h5pave::MatchProbe>();
  constexpr std::size_t kPiece = 16384;
  for (const std::size_t length : {4UL, 5UL, 6UL, 8UL, 16UL, 64UL, 250UL}) {
    Bytes bytes = noise(49152, length);
    const std::size_t planted = plant_copies(bytes, length, 12, kPiece);
    // A distance takes 12 bits with its class, or one less.
    const double each = 8.0 * static_cast<double>(length) - 8 - 12;
    const double expected = each * static_cast<double>(planted);
    const double said = probe->saved_bits(bytes, 0, {bytes.size() - kPiece, bytes.size()}, 8);
    BOOST_TEST(said > 0.75 * expected, length << ": " << said << " of " << expected);
    BOOST_TEST(said < 1.25 * expected, length << ": " << said << " of " << expected);
  }
}

BOOST_AUTO_TEST_CASE(short_stretches_are_no_problem) {
  const auto probe = std::make_unique<h5pave::MatchProbe>();
  for (std::size_t bytes = 0; bytes < 600; ++bytes) {
    const Bytes content(bytes, std::byte{7});
    const double saved = probe->saved_bits(content, 0, {bytes / 2, bytes}, 8);
    BOOST_TEST(saved <= 8.0 * static_cast<double>(bytes) * h5pave::kPlacesPerSample);
  }
}

BOOST_AUTO_TEST_SUITE_END()
