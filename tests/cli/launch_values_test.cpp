#include <boost/test/unit_test.hpp>

#include "cli/launch.h"

namespace h5pave::cli {

namespace {

Environment environment_of(std::initializer_list<const char*> variables) {
  std::vector<const char*> entries(variables);
  entries.push_back(nullptr);
  return Environment(entries.data());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(LaunchValuesTest)

BOOST_AUTO_TEST_CASE(name_is_the_first_word) {
  BOOST_TEST(connector_name("h5pave") == "h5pave");
  BOOST_TEST(connector_name("  h5pave\tunder_vol=0") == "h5pave");
  BOOST_TEST(connector_name(" \t") == "");
}

BOOST_AUTO_TEST_CASE(info_string_for_h5pave_is_kept) {
  BOOST_TEST(connector_value(std::nullopt, {}) == "h5pave");
  BOOST_TEST(connector_value("h5pave", {}) == "h5pave");
  BOOST_TEST(connector_value("h5pave under_vol=1;under_info={a;b};log=info", {}) ==
             "h5pave under_vol=1;under_info={a;b};log=info");
}

BOOST_AUTO_TEST_CASE(a_flag_beats_the_info_string) {
  BOOST_TEST(connector_value("h5pave log=info;compat=1.8", {{"log", "off"}}) ==
             "h5pave under_vol=0;under_info={};compat=1.8");
}

BOOST_AUTO_TEST_CASE(another_connector_is_replaced) {
  BOOST_TEST(connector_value("pass_through under_vol=0;under_info={}", {}) == "h5pave");
}

BOOST_AUTO_TEST_CASE(assignments_name_path_connector_and_flags) {
  const auto assignments = launch_assignments(environment_of({"HDF5_PLUGIN_PATH=/mine"}), "/p",
                                              {"/default"}, {{"log", "info"}});
  BOOST_REQUIRE(assignments.size() == 3);
  BOOST_TEST(assignments[0].name == "HDF5_PLUGIN_PATH");
  BOOST_TEST(assignments[0].value == "/p:/mine");
  BOOST_TEST(assignments[1].name == "HDF5_VOL_CONNECTOR");
  BOOST_TEST(assignments[1].value == "h5pave");
  BOOST_TEST(assignments[2].name == "H5PAVE_LOG");
  BOOST_TEST(assignments[2].value == "info");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
