#include "cli/filter_words.h"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace h5pave::cli {

namespace {

std::string words(int id, std::vector<unsigned> parameters, std::string_view name = "") {
  return filter_words(id, name, parameters);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(FilterWordsTest)

BOOST_AUTO_TEST_CASE(built_in_filters) {
  BOOST_TEST(words(1, {4}) == "deflate level 4");
  BOOST_TEST(words(2, {8}) == "shuffle (8-byte elements)");
  BOOST_TEST(words(3, {}) == "fletcher32");
  BOOST_TEST(words(4, {141, 16, 8, 64}) == "szip (entropy coding, 16 pixels per block)");
  BOOST_TEST(words(4, {169, 32, 8, 64}) == "szip (nearest neighbour, 32 pixels per block)");
  BOOST_TEST(words(5, {1, 2, 3}) == "nbit");
  BOOST_TEST(words(6, {2, 5}) == "scaleoffset (integer, 5 bits)");
  BOOST_TEST(words(6, {2, 0}) == "scaleoffset (integer, bits per chunk as needed)");
  BOOST_TEST(words(6, {0, 3}) == "scaleoffset (float, 3 decimal digits)");
}

BOOST_AUTO_TEST_CASE(registered_filters) {
  BOOST_TEST(words(32015, {3}) == "zstd level 3");
  BOOST_TEST(words(32001, {2, 2, 4, 65536, 5, 1, 1}) ==
             "blosc (lz4 level 5, byte shuffle, 4-byte elements)");
  BOOST_TEST(words(32000, {4, 0, 80}) == "lzf");
}

BOOST_AUTO_TEST_CASE(unknown_filters_show_their_numbers) {
  BOOST_TEST(words(400, {1, 2}, "mine") == "mine 1 2");
  BOOST_TEST(words(401, {}) == "filter 401");
}

BOOST_AUTO_TEST_CASE(short_parameter_lists_are_safe) {
  BOOST_TEST(words(1, {}) == "deflate level ?");
  BOOST_TEST(words(4, {}) == "szip (nearest neighbour, ? pixels per block)");
  BOOST_TEST(words(32001, {2}) == "blosc 2");
  BOOST_TEST(words(32001, {2, 2, 4, 65536, 5, 9, 9}) == "blosc 2 2 4 65536 5 9 9");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
