// Copies from anywhere in a stretch against the bytes they stand for, and blocks of short stretches
// against zlib's inflate.
#include "encode/match_finder.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "encode/short_encoder.h"
#include "support/random_bytes.h"
#include "support/raw_inflate.h"
#include "support/sample_data.h"

namespace {

using Bytes = std::vector<std::byte>;
using h5pave::Sequence;
using h5pave::Sequences;
using h5pave::Stretch;
using Shortest = h5pave::MatchFinder::Shortest;
using h5pave::test::inflated;
using h5pave::test::mixed_bytes;

// What the sequences say, with the stretch's own bytes as literals and nothing before it.
Bytes said(std::span<const std::byte> stretch, const Sequences& sequences) {
  Bytes result;
  for (const Sequence& sequence : sequences) {
    BOOST_REQUIRE(result.size() + sequence.literals + sequence.length <= stretch.size());
    for (std::uint32_t i = 0; i < sequence.literals; ++i) result.push_back(stretch[result.size()]);
    if (sequence.length == 0) continue;
    BOOST_REQUIRE(sequence.length >= h5pave::kMinCopy);
    BOOST_REQUIRE(sequence.length <= h5pave::kMaxCopy);
    BOOST_REQUIRE(sequence.distance >= 1);
    BOOST_REQUIRE(sequence.distance <= std::min(result.size(), h5pave::kMaxDistance));
    for (std::uint16_t i = 0; i < sequence.length; ++i) {
      result.push_back(result[result.size() - sequence.distance]);
    }
  }
  return result;
}

std::size_t literals_of(const Sequences& sequences) {
  std::size_t literals = 0;
  for (const Sequence& sequence : sequences) literals += sequence.literals;
  return literals;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(match_finder)

BOOST_AUTO_TEST_CASE(copies_stand_for_the_bytes_of_the_stretch) {
  std::mt19937_64 random(71);
  auto finder = std::make_unique<h5pave::MatchFinder>();
  for (int round = 0; round < 1500; ++round) {
    const std::size_t most = round % 50 == 0 ? h5pave::MatchFinder::kMostBytes : 2000;
    const Bytes bytes = mixed_bytes(random() % (most + 1), random());
    const std::size_t begin = random() % (bytes.size() + 1);
    const Stretch stretch{begin, begin + random() % (bytes.size() - begin + 1)};
    const double literal_bits = 0.1 + static_cast<double>(random() % 80) / 10;
    const auto shortest = random() % 2 == 0 ? Shortest::kThree : Shortest::kFour;
    Sequences sequences;
    finder->append_matches(bytes, stretch, literal_bits, shortest, sequences);
    const auto part = std::span(bytes).subspan(stretch.begin, stretch.bytes());
    BOOST_TEST((said(part, sequences) == Bytes(part.begin(), part.end())));
  }
}

// Exactly as far as deflate reaches, and one further.
BOOST_AUTO_TEST_CASE(copies_reach_32768_bytes_back_and_no_further) {
  for (const std::size_t distance : {h5pave::kMaxDistance, h5pave::kMaxDistance + 1}) {
    Bytes bytes(h5pave::MatchFinder::kMostBytes, std::byte{1});
    std::mt19937_64 random(5);
    Bytes word(64);
    for (auto& byte : word) byte = static_cast<std::byte>(random());
    std::ranges::copy(word, bytes.begin());
    std::ranges::copy(word, bytes.begin() + static_cast<std::ptrdiff_t>(distance));
    Sequences sequences;
    h5pave::MatchFinder().append_matches(bytes, {0, bytes.size()}, 8, Shortest::kFour, sequences);
    BOOST_TEST((said(bytes, sequences) == bytes));
    const bool reaches = distance <= h5pave::kMaxDistance;
    BOOST_TEST((literals_of(sequences) < 100) == reaches);
  }
}

BOOST_AUTO_TEST_CASE(copies_that_do_not_pay_are_not_taken) {
  const Bytes word = mixed_bytes(5, 9);
  Bytes bytes = mixed_bytes(3000, 6);
  std::ranges::copy(word, bytes.begin() + 100);
  std::ranges::copy(word, bytes.begin() + 2900);
  Sequences sequences;
  const double saved = h5pave::MatchFinder().append_matches(bytes, {0, bytes.size()}, 0.1,
                                                            Shortest::kThree, sequences);
  for (const Sequence& sequence : sequences) {
    BOOST_TEST((sequence.length == 0 || sequence.length > 80));
  }
  BOOST_TEST(saved >= 0);
}

BOOST_AUTO_TEST_CASE(blocks_of_short_stretches_come_back) {
  std::mt19937_64 random(72);
  auto encoder = std::make_unique<h5pave::ShortEncoder>(4, h5pave::DeflateMode::kBalanced);
  std::vector<Bytes> inputs;
  for (int round = 0; round < 300; ++round) {
    inputs.push_back(mixed_bytes(1 + random() % 20000, random()));
  }
  for (const auto& sample : h5pave::test::sample_data(36864)) inputs.push_back(sample.bytes);
  for (const Bytes& bytes : inputs) {
    Bytes out(2 * h5pave::block_bound(bytes.size()));
    h5pave::BitWriter writer(out.data());
    h5pave::StreamTrace trace;
    const std::size_t middle = random() % bytes.size();
    const std::size_t plane_bytes = std::max<std::size_t>(middle, 1);
    encoder->encode(bytes, {0, middle}, plane_bytes, h5pave::LastBlock::kNo, writer, trace);
    encoder->encode(bytes, {middle, bytes.size()}, plane_bytes, h5pave::LastBlock::kYes, writer,
                    trace);
    writer.align();
    BOOST_TEST((inflated(std::span(out).first(writer.size()), bytes.size()) == bytes));
    BOOST_TEST(trace.blocks.size() == 2U);
    BOOST_TEST(writer.size() <=
               h5pave::block_bound(middle) + h5pave::block_bound(bytes.size() - middle));
  }
}

// Two planes of signs, as integers have: the second is the first once more, but for a few bytes.
BOOST_AUTO_TEST_CASE(planes_that_are_mostly_the_same_are_said_once) {
  constexpr std::size_t kPlaneBytes = 8192;
  std::mt19937_64 random(73);
  Bytes bytes(kPlaneBytes);
  for (auto& byte : bytes) byte = random() % 2 == 0 ? std::byte{0} : std::byte{0xff};
  bytes.insert(bytes.end(), bytes.begin(), bytes.end());
  for (const std::size_t at : {10000UL, 13000UL, 16000UL}) bytes[at] = std::byte{7};
  h5pave::ShortEncoder encoder(9, h5pave::DeflateMode::kBalanced);
  Bytes out(2 * h5pave::block_bound(bytes.size()));
  h5pave::BitWriter writer(out.data());
  h5pave::StreamTrace trace;
  encoder.encode(bytes, {kPlaneBytes, bytes.size()}, kPlaneBytes, h5pave::LastBlock::kYes, writer,
                 trace);
  BOOST_TEST(writer.size() < 200U);
}

BOOST_AUTO_TEST_CASE(structure_is_left_to_an_engine_where_zlib_finds_more) {
  Bytes bytes(8192, std::byte{3});
  std::mt19937_64 random(74);
  for (int i = 0; i < 200; ++i) bytes[random() % bytes.size()] = std::byte{4};
  Bytes out(h5pave::block_bound(bytes.size()));
  for (const unsigned level : {4U, 6U}) {
    h5pave::ShortEncoder encoder(level, h5pave::DeflateMode::kBalanced);
    h5pave::BitWriter writer(out.data());
    h5pave::StreamTrace trace;
    const bool written =
        encoder.encode(bytes, {0, bytes.size()}, bytes.size(), h5pave::LastBlock::kYes, writer,
                       trace) == h5pave::LeftTo::kNobody;
    BOOST_TEST(written == (level == 4));
    BOOST_TEST(trace.sequences.empty() == !written);
    BOOST_TEST((writer.size() == 0) == !written);
  }
}

BOOST_AUTO_TEST_SUITE_END()
