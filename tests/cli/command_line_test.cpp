#include "cli/command_line.h"

#include <boost/test/unit_test.hpp>

namespace h5pave::cli {

using Words = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(SplitCommandLineTest)

BOOST_AUTO_TEST_CASE(run_starts_its_program_after_the_mark) {
  const CommandLine line = split_command_line({"run", "--log", "info", "--", "prog", "--", "-x"});
  BOOST_TEST(line.own == (Words{"run", "--log", "info"}), boost::test_tools::per_element());
  BOOST_TEST(line.program == (Words{"prog", "--", "-x"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(run_needs_no_mark_before_a_word_that_is_no_option) {
  const CommandLine line =
      split_command_line({"run", "--log", "info", "--index=fixed", "prog", "--log"});
  BOOST_TEST(line.own == (Words{"run", "--log", "info", "--index=fixed"}),
             boost::test_tools::per_element());
  BOOST_TEST(line.program == (Words{"prog", "--log"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_option_without_value_at_the_end_is_left_to_the_parser) {
  const CommandLine line = split_command_line({"run", "--log"});
  BOOST_TEST(line.own == (Words{"run", "--log"}), boost::test_tools::per_element());
  BOOST_TEST(line.program.empty());
}

BOOST_AUTO_TEST_CASE(doctor_wants_the_mark) {
  const CommandLine line = split_command_line({"doctor", "--", "python3", "x.py"});
  BOOST_TEST(line.own == (Words{"doctor"}), boost::test_tools::per_element());
  BOOST_TEST(line.program == (Words{"python3", "x.py"}), boost::test_tools::per_element());
  BOOST_TEST(split_command_line({"doctor", "python3"}).program.empty());
}

BOOST_AUTO_TEST_CASE(other_subcommands_keep_all_words) {
  const CommandLine line = split_command_line({"info", "--", "-odd-name.h5"});
  BOOST_TEST(line.own == (Words{"info", "--", "-odd-name.h5"}), boost::test_tools::per_element());
  BOOST_TEST(split_command_line({}).own.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
