#include "profile/path_pattern.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

BOOST_AUTO_TEST_SUITE(path_patterns)

BOOST_AUTO_TEST_CASE(steps_share_a_pattern) {
  BOOST_TEST(path_pattern("/step_0001/u") == "/step_#/u");
  BOOST_TEST(path_pattern("/step_2/u") == "/step_#/u");
  BOOST_TEST(path_pattern("/12/3") == "/#/#");
  BOOST_TEST(path_pattern("/t1x22") == "/t#x#");
  BOOST_TEST(path_pattern("/field") == "/field");
  BOOST_TEST(path_pattern("") == "");
}

BOOST_AUTO_TEST_CASE(a_pattern_is_its_own_pattern) {
  for (const char* const path : {"/step_#/u", "/#1", "/##", "/a?b", "/\xc3\xa9#"})
    BOOST_TEST(path_pattern(path_pattern(path)) == path_pattern(path));
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_is_replaced) {
  BOOST_TEST(path_pattern("/\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") ==
             "/\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  BOOST_TEST(path_pattern("/a\xff\xc3") == "/a??");
  BOOST_TEST(path_pattern("\xc0\x80") == "??");            // overlong
  BOOST_TEST(path_pattern("\xed\xa0\x80") == "???");       // a surrogate
  BOOST_TEST(path_pattern("\xf4\x90\x80\x80") == "????");  // beyond Unicode
}

BOOST_AUTO_TEST_CASE(long_paths_are_cut_between_characters) {
  const std::string pattern = path_pattern("/" + std::string(998, 'a') + "\xc3\xa9" + "bc");
  BOOST_TEST(pattern.size() == 999U);
  BOOST_TEST(path_pattern(std::string(5000, '7')) == "#");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
