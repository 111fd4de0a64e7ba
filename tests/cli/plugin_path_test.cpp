#include "cli/plugin_path.h"

#include <boost/test/unit_test.hpp>

namespace h5pave::cli {

BOOST_AUTO_TEST_SUITE(JoinPluginPathTest)

BOOST_AUTO_TEST_CASE(default_folders_only_where_nothing_was_set) {
  BOOST_TEST(join_plugin_path("/p", std::nullopt, {"/d1", "/d2"}) == "/p:/d1:/d2");
  BOOST_TEST(join_plugin_path("/p", "", {"/d1"}) == "/p:/d1");
  BOOST_TEST(join_plugin_path("/p", "::", {"/d1"}) == "/p:/d1");
  BOOST_TEST(join_plugin_path("/p", "/mine", {"/d1"}) == "/p:/mine");
}

BOOST_AUTO_TEST_CASE(own_folder_comes_first_and_the_rest_keeps_its_order) {
  BOOST_TEST(join_plugin_path("/p", "/b:/a:/p", {}) == "/p:/b:/a");
}

BOOST_AUTO_TEST_CASE(applied_twice_changes_nothing) {
  const std::string once = join_plugin_path("/p", std::nullopt, {"/d"});
  BOOST_TEST(join_plugin_path("/p", once, {"/d"}) == once);
}

BOOST_AUTO_TEST_CASE(trailing_slashes_make_no_difference) {
  BOOST_TEST(join_plugin_path("/p", "/p/:/a/:/a", {}) == "/p:/a/");
}

BOOST_AUTO_TEST_CASE(installed_folder_before_the_one_of_a_build) {
  const auto candidates = plugin_folder_candidates("/opt/h5pave/bin");
  BOOST_REQUIRE(candidates.size() == 3);
  BOOST_TEST(candidates[0].string() == "/opt/h5pave/lib/h5pave/plugin");
  BOOST_TEST(candidates[1].string() == "/opt/h5pave/plugin");
  BOOST_TEST(candidates[2].string() == "/opt/h5pave/bin/plugin");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
