// Expected chunks touched and covered, against counting every start.
#include "advisor/chunk_counts.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

/// Chunks touched and covered by the box [start, start + length), counted one by one.
ChunkCounts count(std::uint64_t extent, std::uint64_t start, std::uint64_t length,
                  std::uint64_t chunk) {
  ChunkCounts counts{0, 0};
  for (std::uint64_t first = 0; first < extent; first += chunk) {
    const std::uint64_t end = std::min(first + chunk, extent);
    if (start < end && first < start + length) counts.touched += 1;
    if (start <= first && end <= start + length) counts.covered += 1;
  }
  return counts;
}

ChunkCounts average(std::uint64_t extent, std::uint64_t length, std::uint64_t chunk,
                    std::uint64_t step) {
  ChunkCounts sum{0, 0};
  double starts = 0;
  for (std::uint64_t start = 0; start + length <= extent; start += step) {
    const ChunkCounts one = count(extent, start, length, chunk);
    sum.touched += one.touched;
    sum.covered += one.covered;
    starts += 1;
  }
  return {sum.touched / starts, sum.covered / starts};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chunk_counts)

BOOST_AUTO_TEST_CASE(anywhere_is_exact_for_every_small_extent_box_and_chunk) {
  for (std::uint64_t extent = 1; extent <= 40; ++extent) {
    for (std::uint64_t length = 1; length <= extent; ++length) {
      for (std::uint64_t chunk = 1; chunk <= 45; ++chunk) {
        const ChunkCounts expected = average(extent, length, chunk, 1);
        const ChunkCounts actual = counts_anywhere(extent, length, chunk);
        BOOST_TEST_INFO("extent " << extent << ", box " << length << ", chunk " << chunk);
        BOOST_REQUIRE_SMALL(actual.touched - expected.touched, 1e-9);
        BOOST_TEST_INFO("extent " << extent << ", box " << length << ", chunk " << chunk);
        BOOST_REQUIRE_SMALL(actual.covered - expected.covered, 1e-9);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(anywhere_in_a_long_dimension_is_the_classical_formula) {
  for (const std::uint64_t length : {1U, 7U, 100U, 4096U}) {
    for (const std::uint64_t chunk : {1U, 3U, 64U, 1000U}) {
      const double classical = 1 + (static_cast<double>(length) - 1) / static_cast<double>(chunk);
      BOOST_TEST(counts_anywhere(1'000'000'000'000, length, chunk).touched == classical,
                 boost::test_tools::tolerance(1e-6));
    }
  }
}

BOOST_AUTO_TEST_CASE(aligned_is_exact_when_the_extent_is_a_multiple_of_box_and_chunk) {
  for (std::uint64_t length = 1; length <= 24; ++length) {
    for (std::uint64_t chunk = 1; chunk <= 24; ++chunk) {
      const std::uint64_t extent = length * chunk;
      const ChunkCounts expected = average(extent, length, chunk, length);
      const ChunkCounts actual = counts_aligned(extent, length, chunk);
      BOOST_TEST_INFO("box " << length << ", chunk " << chunk);
      BOOST_REQUIRE_SMALL(actual.touched - expected.touched, 1e-9);
      BOOST_TEST_INFO("box " << length << ", chunk " << chunk);
      BOOST_REQUIRE_SMALL(actual.covered - expected.covered, 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_whole_dimension_touches_and_covers_all_chunks) {
  for (const auto counts : {counts_anywhere(10, 10, 3), counts_aligned(10, 10, 3)}) {
    BOOST_TEST(counts.touched == 4);
    BOOST_TEST(counts.covered == 4);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
