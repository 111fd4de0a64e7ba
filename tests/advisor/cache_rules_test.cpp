// How large libhdf5's chunk cache should be: the chunks of one access, within the memory.
#include "advisor/cache_rules.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

/// 10 x 5 chunks of 2 MiB, of which a row touches 5 and a column 10.
CacheQuestion question(const std::string& access = "") {
  CacheQuestion asked;
  asked.shape = {{1000, 2560}, {1000, 2560}, {100, 512}, 41};
  asked.shape.element_bytes = 40;
  asked.present_bytes = kMebibyte;
  asked.present_slots = 521;
  asked.most_bytes = 64 * kMebibyte;
  std::string error;
  if (!access.empty()) asked.access = parse_access(access, error).value();
  return asked;
}

constexpr std::uint64_t kChunkBytes = 100 * 512 * 40;

}  // namespace

BOOST_AUTO_TEST_SUITE(cache_rules)

BOOST_AUTO_TEST_CASE(the_chunks_of_a_row_without_a_word) {
  const auto size = advise_cache(question());
  BOOST_REQUIRE(size.has_value());
  BOOST_TEST(size->chunks == 5U);
  BOOST_TEST(size->bytes == 5 * kChunkBytes);
  BOOST_TEST(size->slots == 521U);
}

BOOST_AUTO_TEST_CASE(the_chunks_of_what_the_user_says) {
  BOOST_TEST(advise_cache(question("column"))->chunks == 10U);
  BOOST_TEST(advise_cache(question("101,513"))->chunks == 4U);
  BOOST_TEST(advise_cache(question("102,514"))->chunks == 9U);
  BOOST_TEST(advise_cache(question("1,1;*,1"))->chunks == 10U);
}

BOOST_AUTO_TEST_CASE(one_chunk_where_memory_does_not_suffice_for_more) {
  CacheQuestion asked = question();
  asked.most_bytes = 5 * kChunkBytes - 1;
  BOOST_TEST(advise_cache(asked)->chunks == 1U);
  BOOST_TEST(advise_cache(asked)->bytes == kChunkBytes);
  asked.most_bytes = kChunkBytes - 1;
  BOOST_TEST(!advise_cache(asked).has_value());
}

BOOST_AUTO_TEST_CASE(a_cache_that_fits_stays) {
  CacheQuestion asked = question();
  asked.present_bytes = 5 * kChunkBytes;
  BOOST_TEST(!advise_cache(asked).has_value());
  asked.present_bytes -= 1;
  BOOST_TEST(advise_cache(asked).has_value());
}

BOOST_AUTO_TEST_CASE(unfiltered_chunks_that_are_read_in_place_stay_so) {
  CacheQuestion asked = question();
  asked.filters = Filters::kNone;
  BOOST_TEST(!advise_cache(asked).has_value());
  asked.present_bytes = kChunkBytes;
  BOOST_REQUIRE(advise_cache(asked).has_value());
  BOOST_TEST(advise_cache(asked)->chunks == 5U);
}

BOOST_AUTO_TEST_CASE(many_chunks_get_a_prime_number_of_slots) {
  CacheQuestion asked = question();
  asked.shape = {{100, 30000}, {100, 30000}, {100, 300}, 4};
  const auto size = advise_cache(asked);
  BOOST_REQUIRE(size.has_value());
  BOOST_TEST(size->chunks == 100U);
  BOOST_TEST(size->slots == 2003U);
}

BOOST_AUTO_TEST_CASE(empty_and_unlimited_dimensions_count_as_one_chunk_or_their_maximum) {
  CacheQuestion asked = question();
  asked.shape = {{0, 0}, {kUnlimited, 2560}, {100, 512}, 40};
  BOOST_TEST(advise_cache(asked)->chunks == 5U);
  asked.shape = {{0, 0}, {kUnlimited, kUnlimited}, {100, 512}, 40};
  BOOST_TEST(advise_cache(asked)->chunks == 1U);
}

BOOST_AUTO_TEST_CASE(sizes_beyond_64_bits_end_with_nothing) {
  CacheQuestion asked = question();
  asked.shape = {{~std::uint64_t{1}, 3}, {kUnlimited, 3}, {~std::uint64_t{1}, 3}, 40};
  BOOST_TEST(!advise_cache(asked).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
