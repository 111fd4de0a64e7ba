#include "cli/shell_quote.h"

#include <boost/test/unit_test.hpp>

namespace h5pave::cli {

BOOST_AUTO_TEST_SUITE(ShellQuoteTest)

BOOST_AUTO_TEST_CASE(names_of_shells) {
  BOOST_CHECK(parse_shell("bash") == Shell::kSh);
  BOOST_CHECK(parse_shell("tcsh") == Shell::kCsh);
  BOOST_CHECK(parse_shell("fish") == Shell::kFish);
  BOOST_CHECK(!parse_shell("perl"));
}

BOOST_AUTO_TEST_CASE(single_quotes) {
  BOOST_TEST(quote_for_shell(Shell::kSh, "a'b") == R"('a'\''b')");
  BOOST_TEST(quote_for_shell(Shell::kCsh, "a'b!") == R"('a'\''b\!')");
  BOOST_TEST(quote_for_shell(Shell::kFish, R"(a'b\c)") == R"('a\'b\\c')");
}

BOOST_AUTO_TEST_CASE(what_shells_would_expand_stays) {
  BOOST_TEST(quote_for_shell(Shell::kSh, "$HOME `x` \\ \"") == "'$HOME `x` \\ \"'");
}

BOOST_AUTO_TEST_CASE(lines) {
  BOOST_TEST(export_line(Shell::kSh, "A", "b") == "export A='b'\n");
  BOOST_TEST(export_line(Shell::kCsh, "A", "b") == "setenv A 'b'\n");
  BOOST_TEST(export_line(Shell::kFish, "A", "b") == "set -gx A 'b'\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
