// Every pipeline, level and mode gives back what was encoded, also through zlib's own uncompress.
#include <zlib.h>

#include <boost/test/unit_test.hpp>

#include "encode/chunk_codec.h"
#include "support/filter_orders.h"
#include "support/random_bytes.h"
#include "support/sample_data.h"

namespace {

using Bytes = std::vector<std::byte>;
using h5pave::ChunkCodec;
using h5pave::FilterStep;
using h5pave::FilterSteps;
using Kind = h5pave::FilterStep::Kind;

bool comes_back(ChunkCodec& codec, const Bytes& chunk) {
  const auto stored = codec.encode(chunk);
  const Bytes kept(stored.begin(), stored.end());
  Bytes back(chunk.size(), std::byte{0xa5});
  return codec.decode(kept, back) && back == chunk;
}

bool zlib_reads(std::span<const std::byte> stream, const Bytes& expected) {
  Bytes back(expected.size() + 1);
  auto written = static_cast<uLongf>(back.size());
  const int status = ::uncompress(reinterpret_cast<Bytef*>(back.data()), &written,
                                  reinterpret_cast<const Bytef*>(stream.data()),
                                  static_cast<uLong>(stream.size()));
  back.resize(written);
  return status == Z_OK && back == expected;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(round_trip)

BOOST_AUTO_TEST_CASE(all_pipelines_and_small_sizes) {
  for (const auto mode : h5pave::test::kAllModes) {
    for (const unsigned element_bytes : {1U, 2U, 3U, 4U, 7U, 8U, 16U}) {
      for (const auto& steps : h5pave::test::all_filter_orders(element_bytes, element_bytes % 10)) {
        ChunkCodec codec(steps, mode);
        for (std::size_t bytes = 0; bytes <= 300; bytes += 1 + bytes / 40) {
          BOOST_TEST(comes_back(codec, h5pave::test::mixed_bytes(bytes, bytes)),
                     bytes << " bytes in elements of " << element_bytes);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(zlib_reads_every_level_and_mode) {
  for (const auto& sample : h5pave::test::sample_data(200000)) {
    for (const auto mode : h5pave::test::kAllModes) {
      for (unsigned level = 0; level <= 9; ++level) {
        const auto element_bytes = static_cast<unsigned>(sample.element_bytes);
        const FilterStep shuffle{Kind::kShuffle, element_bytes};
        const FilterStep deflate{Kind::kDeflate, level};
        ChunkCodec shuffle_only({shuffle}, mode);
        const auto view = shuffle_only.encode(sample.bytes);
        const Bytes planes(view.begin(), view.end());
        ChunkCodec both({shuffle, deflate}, mode);
        BOOST_TEST(zlib_reads(both.encode(sample.bytes), planes),
                   sample.name << " level " << level);
        ChunkCodec plain({deflate}, mode);
        BOOST_TEST(zlib_reads(plain.encode(sample.bytes), sample.bytes),
                   sample.name << " unshuffled, level " << level);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(one_codec_takes_chunks_of_changing_size) {
  for (const auto mode : h5pave::test::kAllModes) {
    ChunkCodec codec({{Kind::kShuffle, 4}, {Kind::kDeflate, 4}, {Kind::kFletcher32, 0}}, mode);
    for (const std::size_t bytes : {100UL, 1000000UL, 0UL, 17UL, 262144UL, 3UL, 3000001UL}) {
      BOOST_TEST(comes_back(codec, h5pave::test::mixed_bytes(bytes, bytes)), bytes << " bytes");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_moved_codec_works) {
  ChunkCodec first({{Kind::kDeflate, 6}}, h5pave::DeflateMode::kBalanced);
  ChunkCodec second = std::move(first);
  BOOST_TEST(comes_back(second, h5pave::test::mixed_bytes(5000, 1)));
}

BOOST_AUTO_TEST_CASE(repeated_filters) {
  const FilterSteps twice{{Kind::kDeflate, 4}, {Kind::kFletcher32, 0}, {Kind::kFletcher32, 0},
                          {Kind::kShuffle, 8}, {Kind::kShuffle, 3},    {Kind::kDeflate, 1}};
  for (const auto mode : h5pave::test::kAllModes) {
    ChunkCodec codec(twice, mode);
    for (const std::size_t bytes : {0UL, 1UL, 100UL, 99999UL}) {
      BOOST_TEST(comes_back(codec, h5pave::test::mixed_bytes(bytes, bytes)), bytes << " bytes");
    }
  }
}

BOOST_AUTO_TEST_CASE(illegal_parameters_are_refused) {
  const auto mode = h5pave::DeflateMode::kBalanced;
  BOOST_CHECK_THROW(ChunkCodec({{Kind::kDeflate, 10}}, mode), std::invalid_argument);
  BOOST_CHECK_THROW(ChunkCodec({{Kind::kShuffle, 0}}, mode), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
