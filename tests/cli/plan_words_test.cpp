// What plan understands on the command line, and the commands that it prints.
#include "cli/plan_words.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace h5pave::cli {

namespace {

namespace data = boost::unit_test::data;

struct Type {
  std::string text;
  std::uint64_t bytes;  // 0: not understood
};

std::ostream& operator<<(std::ostream& out, const Type& type) { return out << type.text; }

const std::vector<Type> kTypes{{"f4", 4},    {"f8", 8},         {"i2", 2},
                               {"u1", 1},    {"c16", 16},       {"float32", 4},
                               {"int64", 8}, {"uint8", 1},      {"20", 20},
                               {"f3", 0},    {"float33", 0},    {"float", 0},
                               {"", 0},      {"0", 0},          {"x4", 0},
                               {"f4 ", 0},   {"4294967296", 0}, {"f18446744073709551615", 0}};

}  // namespace

BOOST_AUTO_TEST_SUITE(PlanWordsTest)

BOOST_DATA_TEST_CASE(types_have_bytes, data::make(kTypes), type) {
  BOOST_TEST(parse_type_bytes(type.text).value_or(0) == type.bytes);
}

BOOST_AUTO_TEST_CASE(shapes_have_lengths_and_limits) {
  const auto shape = parse_shape(" 3, inf ,7");
  BOOST_REQUIRE(shape.has_value());
  BOOST_TEST(shape->extent == (std::vector<std::uint64_t>{3, 0, 7}),
             boost::test_tools::per_element());
  BOOST_TEST(shape->max_extent == (std::vector<std::uint64_t>{3, kUnlimited, 7}),
             boost::test_tools::per_element());
  for (const char* const wrong :
       {"", "3,", "0", "3,-1", "3x4", "inf,none",
        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"})
    BOOST_TEST(!parse_shape(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(commands_are_quoted_where_a_shell_needs_it) {
  BOOST_TEST(repack_command("a.h5", "/x", {20000, 4}).value() ==
             "h5pave run -- h5repack -l /x:CHUNK=20000x4 a.h5 a.repacked.h5");
  BOOST_TEST(repack_command("my data/file", "/a b", {1}).value() ==
             "h5pave run -- h5repack -l '/a b:CHUNK=1' 'my data/file' 'my data/file.repacked'");
  BOOST_TEST(!repack_command("a.h5", "/x,y", {1}).has_value());
  BOOST_TEST(!repack_command("a.h5", "/x:y", {1}).has_value());
  BOOST_TEST(run_command_line("/x", {"column", {}}, std::nullopt) ==
             "h5pave run --chunk /x=override --access column -- program");
  BOOST_TEST(run_command_line("/x[1]", {"1,*,*", {}}, 1 << 20) ==
             "h5pave run --chunk override --access '1,*,*' --chunk_target 1048576 -- program");
  BOOST_TEST(run_command_line("", {"", {}}, std::nullopt) == "h5pave run --chunk override -- program");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
