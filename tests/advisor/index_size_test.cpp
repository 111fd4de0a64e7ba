// How far an Extensible Array reaches, and when libhdf5 converts it rightly.
#include "advisor/index_size.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

constexpr std::uint64_t kSlots = std::uint64_t{1} << 32;

ChunkedShape growing(std::vector<std::uint64_t> maximum, std::vector<std::uint64_t> chunk) {
  return {maximum, std::move(maximum), std::move(chunk), 4};
}

BOOST_AUTO_TEST_CASE(limit_is_two_to_the_32_chunks_in_elements) {
  const ExtentLimit limit = extensible_array_limit(growing({kUnlimited}, {1000}));
  BOOST_TEST(limit.length == 1000 * kSlots);
  const std::uint64_t last = 1000 * kSlots;
  const std::uint64_t beyond = last + 1;
  BOOST_TEST(!is_beyond(limit, &last));
  BOOST_TEST(is_beyond(limit, &beyond));
}

BOOST_AUTO_TEST_CASE(bounded_dimensions_count_at_their_maximum) {
  const ExtentLimit limit = extensible_array_limit(growing({8, kUnlimited, 31}, {2, 5, 10}));
  BOOST_TEST(limit.dimension == 1U);
  BOOST_TEST(limit.length == 5 * (kSlots / 16));
}

BOOST_AUTO_TEST_CASE(limit_beyond_64_bits_is_none) {
  const ExtentLimit limit = extensible_array_limit(growing({kUnlimited}, {kSlots}));
  const std::uint64_t largest = kUnlimited - 1;
  BOOST_TEST(!is_beyond(limit, &largest));
}

BOOST_AUTO_TEST_CASE(no_limit_is_beyond_nothing) {
  const std::uint64_t largest = kUnlimited;
  BOOST_TEST(!is_beyond(ExtentLimit{}, &largest));
}

BOOST_AUTO_TEST_CASE(conversion_is_right_when_one_chunk_lies_before_the_unlimited_dimension) {
  BOOST_TEST(extensible_array_converts(growing({kUnlimited, 100}, {1, 1})));
  BOOST_TEST(extensible_array_converts(growing({10, kUnlimited, 100}, {10, 1, 1})));
  BOOST_TEST(!extensible_array_converts(growing({11, kUnlimited}, {10, 1})));
}

}  // namespace

}  // namespace h5pave
