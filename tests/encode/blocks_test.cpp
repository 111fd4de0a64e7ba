// The parts of the stream writer one by one, each proven by zlib's inflate.
#include <boost/test/unit_test.hpp>
#include <optional>
#include <random>

#include "encode/block_size.h"
#include "encode/deflate_engine.h"
#include "encode/huffman_code.h"
#include "encode/repeat_encoder.h"
#include "support/random_bytes.h"
#include "support/raw_inflate.h"
#include "support/sample_data.h"

namespace {

using Bytes = std::vector<std::byte>;
using h5pave::BitWriter;
using h5pave::DeflateEngine;
using h5pave::LastBlock;
using h5pave::test::inflated;
using h5pave::test::mixed_bytes;

double kraft_sum(const std::vector<std::uint8_t>& lengths) {
  double sum = 0;
  for (const auto length : lengths) sum += length == 0 ? 0 : 1.0 / (1U << length);
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(blocks)

BOOST_AUTO_TEST_CASE(codes_are_complete_and_within_the_limit) {
  std::mt19937_64 random(31);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::uint32_t> counts(2 + random() % 285);
    const auto skew = random() % 32;
    for (auto& count : counts) count = random() % 3 == 0 ? 0 : 1U << random() % (1 + skew);
    const unsigned max_bits = 9 + static_cast<unsigned>(random() % 7);
    std::vector<std::uint8_t> lengths(counts.size());
    h5pave::set_code_lengths(counts, max_bits, lengths);
    BOOST_TEST(kraft_sum(lengths) == 1.0);
    BOOST_TEST(*std::ranges::max_element(lengths) <= max_bits);
    for (std::size_t i = 0; i < counts.size(); ++i) BOOST_TEST((counts[i] == 0 || lengths[i] != 0));
  }
}

// Literals of up to 256 values, some more frequent than others by up to a half.
BOOST_AUTO_TEST_CASE(codes_for_what_is_taken_for_noise_would_save_nothing) {
  std::mt19937_64 random(33);
  int noise_count = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::size_t bytes = 1 + random() % (round % 2 == 0 ? 3000 : 70000);
    const std::size_t values = random() % 4 == 0 ? 1 + random() % 256 : 240 + random() % 17;
    const std::size_t frequent = random() % (values + 1);
    const std::size_t percent = random() % 50;
    h5pave::SymbolCounts counts;
    for (std::size_t i = 0; i < bytes; ++i) {
      const bool again = frequent > 0 && random() % 100 < percent;
      ++counts.literals[random() % (again ? frequent : values)];
    }
    if (!h5pave::is_noise(counts, bytes)) continue;
    ++noise_count;
    counts.literals[h5pave::kEndOfBlock] = 1;
    BOOST_TEST(h5pave::BlockCodes(counts).bits() >= 8 * bytes,
               bytes << " bytes of " << values << " values");
  }
  BOOST_TEST(noise_count > 200);
}

BOOST_AUTO_TEST_CASE(repeats_at_any_distance_come_back) {
  std::mt19937_64 random(32);
  h5pave::RepeatEncoder encoder;
  for (int round = 0; round < 400; ++round) {
    const Bytes bytes = mixed_bytes(1 + random() % 60000, random());
    Bytes out(h5pave::block_bound(bytes.size()) + 1000);
    BitWriter writer(out.data());
    const std::size_t middle = random() % bytes.size();
    h5pave::StreamTrace trace;
    encoder.encode(bytes, {0, middle}, 1, LastBlock::kNo, writer, trace);
    encoder.encode(bytes, {middle, bytes.size()}, 1 + random() % h5pave::kMaxDistance,
                   LastBlock::kYes, writer, trace);
    writer.align();
    const bool same = inflated(std::span(out).first(writer.size()), bytes.size()) == bytes;
    BOOST_TEST(same, bytes.size() << " bytes");
  }
}

// With the quick engine where the build has it.
h5pave::Engines all_engines(unsigned level, h5pave::DeflateMode mode) {
  auto engines = h5pave::engines_for(level, mode, h5pave::Planes::kNo);
  if (auto quick = h5pave::quick_engine()) engines.push_back(std::move(quick));
  return engines;
}

BOOST_AUTO_TEST_CASE(searches_join_behind_one_another) {
  std::mt19937_64 random(33);
  for (const auto mode : {h5pave::DeflateMode::kBalanced, h5pave::DeflateMode::kSmall}) {
    for (const unsigned level : {1U, 4U, 6U, 9U}) {
      const auto engines = all_engines(level, mode);
      for (int round = 0; round < 60; ++round) {
        DeflateEngine& engine = *engines[random() % engines.size()];
        const Bytes first = mixed_bytes(random() % 40000, random());
        const Bytes second = mixed_bytes(random() % 9000, random());
        const std::size_t room = engine.bound(first.size()) + engine.bound(second.size());
        Bytes out(room + 8);
        BitWriter writer(out.data());
        engine.append(first, LastBlock::kNo, writer, room);
        engine.append(second, LastBlock::kYes, writer, room - writer.size());
        writer.align();
        Bytes both = first;
        both.insert(both.end(), second.begin(), second.end());
        const bool same = inflated(std::span(out).first(writer.size()), both.size()) == both;
        BOOST_TEST(same, first.size() << " and " << second.size() << " bytes, level " << level);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(searches_join_for_all_kinds_of_data) {
  h5pave::RepeatEncoder repeats;
  for (const auto& sample : h5pave::test::sample_data(700000)) {
    const std::size_t bytes = sample.bytes.size();
    const std::size_t middle = bytes / 3;
    for (const auto& engine : all_engines(6, h5pave::DeflateMode::kBalanced)) {
      const std::size_t room = engine->bound(middle) + h5pave::block_bound(bytes) + 1000;
      Bytes out(room);
      BitWriter writer(out.data());
      engine->append(std::span(sample.bytes).first(middle), LastBlock::kNo, writer, room);
      h5pave::StreamTrace trace;
      repeats.encode(sample.bytes, {middle, bytes}, 1, LastBlock::kYes, writer, trace);
      writer.align();
      const bool same = inflated(std::span(out).first(writer.size()), bytes) == sample.bytes;
      BOOST_TEST(same, sample.name);
    }
  }
}

// Bits that wait for a whole byte, lengths around those that the quick engine treats in another
// way, data that cannot shrink: always within what bound() says.
BOOST_AUTO_TEST_CASE(engines_stay_within_their_bound) {
  std::mt19937_64 random(7);
  const auto engines = all_engines(4, h5pave::DeflateMode::kBalanced);
  for (const std::size_t bytes : {0UL, 1UL, 2UL, 287UL, 288UL, 289UL, 8192UL, 32767UL, 32768UL,
                                  65536UL, 65824UL, 131072UL, 262145UL}) {
    Bytes noise(bytes);
    for (std::byte& byte : noise) byte = static_cast<std::byte>(random());
    for (const Bytes& content : {noise, Bytes(bytes), mixed_bytes(bytes, random())}) {
      for (const auto& engine : engines) {
        for (const unsigned pending : {0U, 3U}) {
          const std::size_t room = engine->bound(bytes);
          Bytes out(room + 64, std::byte{0x5A});
          BitWriter writer(out.data());
          Bytes before;
          if (pending != 0) h5pave::write_block(before, {}, {}, LastBlock::kNo, writer);
          const std::size_t begin = writer.size();
          engine->append(content, LastBlock::kYes, writer, room);
          writer.align();
          BOOST_TEST(writer.size() - begin <= room);
          const bool same = inflated(std::span(out).first(writer.size()), bytes) == content;
          BOOST_TEST(same, bytes << " bytes");
          BOOST_TEST(engine->trial(content) <= room);
        }
      }
    }
  }
}

// The same bytes give the same blocks, whatever the engine wrote before.
BOOST_AUTO_TEST_CASE(engines_remember_nothing) {
  std::mt19937_64 random(9);
  const auto used = all_engines(4, h5pave::DeflateMode::kBalanced);
  const auto written = [](DeflateEngine& engine, const Bytes& content) {
    const std::size_t room = engine.bound(content.size());
    Bytes out(room + 8);
    BitWriter writer(out.data());
    engine.append(content, LastBlock::kYes, writer, room);
    writer.align();
    out.resize(writer.size());
    return out;
  };
  for (int round = 0; round < 200; ++round) {
    const Bytes content = mixed_bytes(random() % 70000, random());
    const auto fresh = all_engines(4, h5pave::DeflateMode::kBalanced);
    for (std::size_t i = 0; i < used.size(); ++i) {
      const bool same = written(*used[i], content) == written(*fresh[i], content);
      BOOST_TEST(same, content.size() << " bytes, engine " << i);
    }
  }
}

BOOST_AUTO_TEST_CASE(too_little_room_is_refused) {
  std::mt19937_64 random(8);
  Bytes noise(100000);
  for (std::byte& byte : noise) byte = static_cast<std::byte>(random());
  for (const auto& engine : all_engines(4, h5pave::DeflateMode::kBalanced)) {
    for (const std::size_t room : {0UL, 1UL, 100UL, 50000UL, 99999UL}) {
      Bytes out(engine->bound(noise.size()) + 64);
      BitWriter writer(out.data());
      BOOST_CHECK_THROW(engine->append(noise, LastBlock::kYes, writer, room), std::runtime_error);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
