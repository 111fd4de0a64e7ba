// The proof of a stream against zlib's verdict: streams of every kind of block hold, and what zlib
// reads differently never does. Deterministic, so that a failure comes back.
#include "encode/stream_check.h"

#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "encode/chunk_codec.h"
#include "encode/zlib_stream.h"
#include "support/filter_orders.h"
#include "support/random_bytes.h"
#include "support/sample_data.h"

namespace {

using Bytes = std::vector<std::byte>;
using h5pave::ChunkCodec;
using h5pave::StreamCheck;
using h5pave::test::mixed_bytes;
using Kind = h5pave::FilterStep::Kind;

struct ZlibKind {
  int level;
  int strategy;
};
constexpr ZlibKind kZlibKinds[] = {{0, Z_DEFAULT_STRATEGY},
                                   {1, Z_DEFAULT_STRATEGY},
                                   {6, Z_DEFAULT_STRATEGY},
                                   {9, Z_DEFAULT_STRATEGY},
                                   {6, Z_HUFFMAN_ONLY},
                                   {6, Z_RLE},
                                   {6, Z_FIXED}};

Bytes zlib_stream(const Bytes& content, ZlibKind kind) {
  z_stream zlib{};
  BOOST_REQUIRE(deflateInit2(&zlib, kind.level, Z_DEFLATED, 15, 9, kind.strategy) == Z_OK);
  Bytes stream(deflateBound(&zlib, content.size()) + content.size() / 4 + 64);
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(content.data()));
  zlib.avail_in = static_cast<uInt>(content.size());
  zlib.next_out = reinterpret_cast<Bytef*>(stream.data());
  zlib.avail_out = static_cast<uInt>(stream.size());
  BOOST_REQUIRE(::deflate(&zlib, Z_FINISH) == Z_STREAM_END);
  stream.resize(zlib.total_out);
  deflateEnd(&zlib);
  return stream;
}

bool zlib_reads(const Bytes& stream, const Bytes& content) {
  Bytes back(content.size() + 1);
  uLongf written = back.size();
  const int status = ::uncompress(reinterpret_cast<Bytef*>(back.data()), &written,
                                  reinterpret_cast<const Bytef*>(stream.data()), stream.size());
  back.resize(written);
  return status == Z_OK && back == content;
}

// Each at its own address, so that a sanitizer sees every byte outside.
bool holds(const Bytes& stream, const Bytes& content) {
  const Bytes exact_stream(stream);
  const Bytes exact_content(content);
  return std::make_unique<StreamCheck>()->holds(exact_stream, exact_content, {});
}

Bytes encoded(const Bytes& content, h5pave::DeflateMode mode, unsigned level) {
  ChunkCodec codec({{Kind::kDeflate, level}}, mode);
  const auto view = codec.encode(content);
  return {view.begin(), view.end()};
}

Bytes few_values(std::size_t bytes, unsigned values, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes content(bytes);
  for (auto& byte : content) byte = static_cast<std::byte>(random() % values);
  return content;
}

// Some of each: noise, repeats, few values, long runs.
std::vector<Bytes> contents(std::size_t bytes) {
  return {mixed_bytes(bytes, bytes), few_values(bytes, 256, 1), few_values(bytes, 3, 2),
          few_values(bytes, 20, 3), Bytes(bytes)};
}

// `check` is told streams and says whether they hold for `content`.
template <class Check>
void no_flip_is_missed(const Bytes& stream, const Bytes& content, Check check) {
  BOOST_REQUIRE(check(stream));
  std::size_t missed = 0;
  for (std::size_t bit = 0; bit < 8 * stream.size(); ++bit) {
    Bytes flipped(stream);
    flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    if (check(flipped) && !zlib_reads(flipped, content)) ++missed;
  }
  BOOST_TEST(missed == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stream_check)

BOOST_AUTO_TEST_CASE(every_kind_of_block_of_zlib_holds) {
  for (std::size_t bytes = 0; bytes <= 300000; bytes += 1 + bytes / 5) {
    for (const Bytes& content : contents(bytes)) {
      for (const ZlibKind kind : kZlibKinds) {
        BOOST_TEST(holds(zlib_stream(content, kind), content),
                   bytes << " bytes, level " << kind.level << ", strategy " << kind.strategy);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_mode_and_level_of_ours_holds) {
  auto samples = h5pave::test::sample_data(100000);
  for (std::size_t bytes = 0; bytes <= 300; ++bytes)
    samples.push_back({"", 1, mixed_bytes(bytes, 5)});
  for (const auto& sample : samples) {
    for (const auto mode : h5pave::test::kAllModes) {
      for (const unsigned level : {0U, 1U, 4U, 9U}) {
        BOOST_TEST(holds(encoded(sample.bytes, mode, level), sample.bytes),
                   sample.name << " of " << sample.bytes.size() << " bytes, level " << level);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_flipped_bit_is_missed) {
  for (const std::size_t bytes : {0UL, 1UL, 5UL, 40UL, 333UL}) {
    for (const Bytes& content : contents(bytes)) {
      for (const ZlibKind kind : kZlibKinds) {
        no_flip_is_missed(zlib_stream(content, kind), content,
                          [&](const Bytes& stream) { return holds(stream, content); });
      }
    }
  }
}

// Our own blocks: literals alone, with runs, with copies at one distance, and at any.
BOOST_AUTO_TEST_CASE(no_flipped_bit_of_a_traced_stream_is_missed) {
  const Bytes period = few_values(700, 256, 6);
  Bytes repeated;
  while (repeated.size() < 17000) repeated.insert(repeated.end(), period.begin(), period.end());
  for (const Bytes& content :
       {few_values(17000, 7, 4), few_values(17000, 2, 7), repeated, mixed_bytes(17000, 3)}) {
    h5pave::ZlibStreamWriter writer(4, h5pave::DeflateMode::kBalanced, h5pave::Planes::kYes);
    Bytes stream(writer.bound(content.size()));
    stream.resize(writer.write(content, {4, content.size() / 4}, stream));
    BOOST_REQUIRE(writer.trace().blocks.size() == 4U);
    StreamCheck check;
    no_flip_is_missed(stream, content, [&](const Bytes& flipped) {
      return check.holds(flipped, content, writer.trace());
    });
  }
}

// What the trace says is never believed: a wrong one makes the proof fail, and nothing else.
BOOST_AUTO_TEST_CASE(a_wrong_trace_proves_nothing) {
  std::mt19937_64 random(16);
  const Bytes content = few_values(40000, 2, 8);
  const Bytes other = few_values(40000, 2, 9);
  h5pave::ZlibStreamWriter writer(4, h5pave::DeflateMode::kBalanced, h5pave::Planes::kYes);
  Bytes stream(writer.bound(content.size()));
  stream.resize(writer.write(content, {4, content.size() / 4}, stream));
  StreamCheck check;
  BOOST_REQUIRE(!writer.trace().blocks.empty());
  BOOST_TEST(check.holds(stream, content, writer.trace()));
  BOOST_TEST(!check.holds(stream, other, writer.trace()));
  for (int round = 0; round < 2000; ++round) {
    h5pave::StreamTrace trace = writer.trace();
    h5pave::Sequence& wrong = trace.sequences[random() % trace.sequences.size()];
    if (round % 3 == 0) wrong.literals = static_cast<std::uint32_t>(random() % 300);
    if (round % 3 == 1) wrong.length = static_cast<std::uint16_t>(random());
    if (round % 3 == 2)
      wrong.distance = static_cast<std::uint16_t>(random() % (1U << random() % 17));
    BOOST_TEST(!check.holds(stream, other, trace));
    check.holds(stream, content, trace);  // Reads nothing outside.
  }
}

BOOST_AUTO_TEST_CASE(no_other_content_is_taken) {
  for (const Bytes& content : contents(700)) {
    for (const ZlibKind kind : kZlibKinds) {
      const Bytes stream = zlib_stream(content, kind);
      for (std::size_t i = 0; i < content.size(); ++i) {
        Bytes other(content);
        other[i] ^= std::byte{1};
        BOOST_TEST(!holds(stream, other));
      }
      BOOST_TEST(!holds(stream, Bytes(content.begin(), content.end() - 1)));
      Bytes longer(content);
      longer.push_back(std::byte{0});
      BOOST_TEST(!holds(stream, longer));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_byte_without_a_word_is_not_taken_for_nothing) {
  // Its literals have words for the values 0 to 2 only.
  const Bytes stream = zlib_stream(few_values(4000, 3, 5), {6, Z_HUFFMAN_ONLY});
  BOOST_TEST(!holds(stream, Bytes(4000, std::byte{77})));
}

BOOST_AUTO_TEST_CASE(no_truncated_or_longer_stream_holds) {
  for (const ZlibKind kind : kZlibKinds) {
    const Bytes content = mixed_bytes(900, 3);
    Bytes stream = zlib_stream(content, kind);
    stream.push_back(std::byte{0});
    BOOST_TEST(!holds(stream, content));
    for (stream.resize(stream.size() - 2); !stream.empty(); stream.pop_back()) {
      BOOST_TEST(!holds(stream, content));
    }
  }
}

BOOST_AUTO_TEST_CASE(several_errors_at_once_are_not_missed) {
  std::mt19937_64 random(13);
  for (int round = 0; round < 4000; ++round) {
    const Bytes content = contents(random() % 2000)[random() % 5];
    Bytes stream = zlib_stream(content, kZlibKinds[random() % std::size(kZlibKinds)]);
    for (auto flips = 1 + random() % 4; flips > 0; --flips) {
      stream[2 + random() % (stream.size() - 2)] ^= static_cast<std::byte>(1U << random() % 8);
    }
    if (holds(stream, content)) BOOST_TEST(zlib_reads(stream, content));
  }
}

BOOST_AUTO_TEST_CASE(noise_does_not_hold) {
  std::mt19937_64 random(14);
  for (int round = 0; round < 3000; ++round) {
    Bytes stream = few_values(6 + random() % 400, 256, random());
    stream[0] = std::byte{0x78};
    stream[1] = std::byte{0x5e};
    BOOST_TEST(!holds(stream, mixed_bytes(random() % 3000, random())));
  }
}

// Of a whole chunk: what the codec says of its own work.
BOOST_AUTO_TEST_CASE(a_codec_proves_its_chunks_and_no_others) {
  std::mt19937_64 random(15);
  for (const auto mode : h5pave::test::kAllModes) {
    for (const unsigned element_bytes : {1U, 2U, 3U, 4U, 8U, 16U, 5000U}) {
      ChunkCodec codec(
          {{Kind::kShuffle, element_bytes}, {Kind::kDeflate, 4}, {Kind::kFletcher32, 0}}, mode);
      for (std::size_t bytes = 0; bytes <= 70000; bytes += 1 + bytes / 2) {
        Bytes chunk = mixed_bytes(bytes, bytes);
        const auto view = codec.encode(chunk);
        BOOST_TEST(codec.proves(view, chunk), bytes << " bytes in elements of " << element_bytes);
        Bytes damaged(view.begin(), view.end());
        damaged[random() % damaged.size()] ^= static_cast<std::byte>(1U << random() % 8);
        BOOST_TEST(!codec.proves(damaged, chunk));
        if (bytes == 0) continue;
        chunk[random() % bytes] ^= std::byte{16};
        BOOST_TEST(!codec.proves(view, chunk));
      }
    }
  }
}

// Which way the proof goes is a matter of speed alone, but it must be known for each.
BOOST_AUTO_TEST_CASE(a_check_is_preferred_for_blocks_of_our_own_only) {
  const Bytes literals = few_values(100000, 20, 10);
  ChunkCodec ours({{Kind::kShuffle, 4}, {Kind::kDeflate, 4}}, h5pave::DeflateMode::kBalanced);
  ours.encode(literals);
  BOOST_TEST(ours.proof_is_fast());
  ChunkCodec zlibs({{Kind::kDeflate, 4}}, h5pave::DeflateMode::kStock);
  zlibs.encode(literals);
  BOOST_TEST(!zlibs.proof_is_fast());
  ChunkCodec none({{Kind::kShuffle, 4}}, h5pave::DeflateMode::kBalanced);
  none.encode(literals);
  BOOST_TEST(!none.proof_is_fast());
}

BOOST_AUTO_TEST_CASE(pipelines_that_keep_no_planes_are_left_to_decoding) {
  const Bytes chunk = mixed_bytes(5000, 1);
  for (const h5pave::FilterSteps& steps :
       {h5pave::FilterSteps{}, h5pave::FilterSteps{{Kind::kShuffle, 4}},
        h5pave::FilterSteps{{Kind::kFletcher32, 0}, {Kind::kDeflate, 1}},
        h5pave::FilterSteps{{Kind::kDeflate, 1}, {Kind::kShuffle, 4}},
        h5pave::FilterSteps{{Kind::kDeflate, 1}, {Kind::kDeflate, 1}}}) {
    ChunkCodec codec(steps, h5pave::DeflateMode::kBalanced);
    const auto view = codec.encode(chunk);
    BOOST_TEST(!codec.proves(view, chunk));
  }
}

BOOST_AUTO_TEST_SUITE_END()
