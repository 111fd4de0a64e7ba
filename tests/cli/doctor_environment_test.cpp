#include "cli/doctor_environment.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace h5pave::cli {

namespace {

/// A machine with the plugin in /p, an older copy in /old and filters in /filters and /default.
Folders machine() {
  return {[](const std::string& path) {
            return path == "/p" || path == "/old" || path == "/filters" || path == "/default";
          },
          [](const std::string& path) { return path == "/p" || path == "/old"; }};
}

Findings check(std::initializer_list<const char*> variables) {
  std::vector<const char*> entries(variables);
  entries.push_back(nullptr);
  return check_environment(Environment(entries.data()), "/p", {"/default"}, machine());
}

/// Findings of a severity whose text has `part` in it.
long count(const Findings& findings, Severity severity, const std::string& part) {
  return std::ranges::count_if(findings, [&](const Finding& finding) {
    const bool has_fix = severity != Severity::kProblem || !finding.fix.empty();
    return finding.severity == severity && finding.text.find(part) != std::string::npos && has_fix;
  });
}

long problems(const Findings& findings) { return count(findings, Severity::kProblem, ""); }

}  // namespace

BOOST_AUTO_TEST_SUITE(CheckEnvironmentTest)

BOOST_AUTO_TEST_CASE(nothing_set_is_no_problem) {
  BOOST_TEST(problems(check({})) == 0);
  BOOST_TEST(problems(check({"HDF5_VOL_CONNECTOR="})) == 0);
}

BOOST_AUTO_TEST_CASE(both_variables_right) {
  const Findings findings = check(
      {"HDF5_VOL_CONNECTOR=h5pave under_vol=0;under_info={}", "HDF5_PLUGIN_PATH=/p:/default"});
  BOOST_TEST(problems(findings) == 0);
  BOOST_TEST(count(findings, Severity::kFine, "choose h5pave") == 1);
  BOOST_TEST(count(findings, Severity::kNote, "") == 0);
}

BOOST_AUTO_TEST_CASE(connector_without_plugin_path) {
  BOOST_TEST(count(check({"HDF5_VOL_CONNECTOR=h5pave"}), Severity::kProblem, "no folder") == 1);
  BOOST_TEST(count(check({"HDF5_VOL_CONNECTOR=h5pave", "HDF5_PLUGIN_PATH=/filters"}),
                   Severity::kProblem, "no folder") == 1);
}

BOOST_AUTO_TEST_CASE(blank_connector) {
  BOOST_TEST(count(check({"HDF5_VOL_CONNECTOR= \t"}), Severity::kProblem, "blanks") == 1);
}

BOOST_AUTO_TEST_CASE(another_copy_of_the_plugin_comes_first) {
  const Findings findings =
      check({"HDF5_VOL_CONNECTOR=h5pave", "HDF5_PLUGIN_PATH=/old:/p:/default"});
  BOOST_TEST(count(findings, Severity::kNote, "/old") == 1);
}

BOOST_AUTO_TEST_CASE(plugin_path_with_a_missing_folder) {
  const Findings findings = check({"HDF5_PLUGIN_PATH=/nosuch:/default"});
  BOOST_TEST(count(findings, Severity::kProblem, "/nosuch") == 1);
  BOOST_TEST(problems(findings) == 1);
}

BOOST_AUTO_TEST_CASE(plugin_path_that_hides_the_default_folder) {
  BOOST_TEST(count(check({"HDF5_PLUGIN_PATH=/filters"}), Severity::kNote, "/default") == 1);
}

BOOST_AUTO_TEST_CASE(plugins_turned_off) {
  BOOST_TEST(count(check({"HDF5_PLUGIN_PRELOAD=::"}), Severity::kProblem, "PRELOAD") == 1);
  BOOST_TEST(problems(check({"HDF5_PLUGIN_PRELOAD=x"})) == 0);
}

BOOST_AUTO_TEST_CASE(wrong_option_names_and_values) {
  BOOST_TEST(count(check({"H5PAVE_INDX=fixed"}), Severity::kProblem, "'indx'") == 1);
  BOOST_TEST(count(check({"H5PAVE_LOG=loud"}), Severity::kProblem, "off, error, warn") == 1);
  const Findings findings =
      check({"HDF5_VOL_CONNECTOR=h5pave log=loud;nonsense;x=1", "HDF5_PLUGIN_PATH=/p:/default"});
  BOOST_TEST(problems(findings) == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
