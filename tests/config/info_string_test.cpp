// The info string of HDF5_VOL_CONNECTOR in every spelling, and the splitting of texts.
#include "config/info_string.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "config/text.h"

namespace h5pave {

namespace {

namespace data = boost::unit_test::data;

struct Spelling {
  std::string text;
  std::string connector;
  std::string info;
  std::string settings;  // "key=value;key=value"
  std::size_t complaints;
};

std::ostream& operator<<(std::ostream& out, const Spelling& spelling) {
  return out << '"' << spelling.text << '"';
}

const std::vector<Spelling> kSpellings{
    {"", "0", "", "", 0},
    {"   ", "0", "", "", 0},
    {";;", "0", "", "", 0},
    {"under_vol=0;under_info={}", "0", "", "", 0},
    {"under_vol=0;under_info={};", "0", "", "", 0},
    {"under_vol=0", "0", "", "", 0},
    {"under_info={}", "0", "", "", 0},
    {"under_vol=native", "native", "", "", 0},
    {" under_vol = 5 ; under_info = { } ", "5", " ", "", 0},
    {"under_vol=1;under_info={under_vol=0;under_info={}}", "1", "under_vol=0;under_info={}", "", 0},
    {"under_info={a=1;b=2};under_vol=x", "x", "a=1;b=2", "", 0},
    {"under_vol=1;under_info=plain", "1", "plain", "", 0},
    {"log=info", "0", "", "log=info", 0},
    {"log=info;under_vol=0;index=/a=fixed,/b=btree1", "0", "", "log=info;index=/a=fixed,/b=btree1",
     0},
    {"log=info;log=off", "0", "", "log=info;log=off", 0},
    {"log=", "0", "", "log=", 0},
    {"log", "0", "", "", 1},
    {"=info", "0", "", "", 1},
    {"log;index", "0", "", "", 2},
    {"log;compat=1.8", "0", "", "compat=1.8", 1},
    {"under_info={a;b", "0", "{a;b", "", 0},
};

std::string joined(const std::vector<Setting>& settings) {
  std::string text;
  for (const Setting& setting : settings)
    text += (text.empty() ? "" : ";") + setting.key + "=" + setting.value;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(InfoStrings)

BOOST_DATA_TEST_CASE(every_spelling_is_read, data::make(kSpellings), spelling) {
  Complaints complaints;
  const InfoString info = parse_info_string(spelling.text, complaints);
  BOOST_TEST(info.under.connector == spelling.connector);
  BOOST_TEST(info.under.info == spelling.info);
  BOOST_TEST(joined(info.settings) == spelling.settings);
  BOOST_TEST(complaints.size() == spelling.complaints);
  for (const std::string& complaint : complaints)
    BOOST_TEST(complaint.find("key=value;key=value") != std::string::npos);
}

BOOST_DATA_TEST_CASE(what_is_written_reads_as_the_same, data::make(kSpellings), spelling) {
  Complaints complaints;
  const std::string once = format_info_string(parse_info_string(spelling.text, complaints));
  Complaints none;
  const std::string twice = format_info_string(parse_info_string(once, none));
  if (spelling.text != "under_info={a;b") {  // braces that do not match cannot be kept
    BOOST_TEST(twice == once);
    BOOST_TEST(none.empty());
  }
}

BOOST_AUTO_TEST_CASE(settings_name_the_info_string_as_their_source) {
  Complaints complaints;
  const InfoString info = parse_info_string("log=info", complaints);
  BOOST_REQUIRE_EQUAL(info.settings.size(), 1U);
  BOOST_TEST(info.settings[0].source == "the info string of HDF5_VOL_CONNECTOR");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Text)

BOOST_AUTO_TEST_CASE(trim_removes_blanks_at_both_ends) {
  BOOST_TEST(trim("") == "");
  BOOST_TEST(trim(" \t\r\n") == "");
  BOOST_TEST(trim(" a b ") == "a b");
  BOOST_TEST(trim("a") == "a");
}

BOOST_AUTO_TEST_CASE(split_leaves_what_is_in_braces_together) {
  const auto parts = [](const char* text) {
    const auto views = split(text, ';');
    return std::vector<std::string>(views.begin(), views.end());
  };
  using Texts = std::vector<std::string>;
  BOOST_TEST(parts("") == Texts({""}), boost::test_tools::per_element());
  BOOST_TEST(parts("a") == Texts({"a"}), boost::test_tools::per_element());
  BOOST_TEST(parts("a;b={c;d}") == Texts({"a", "b={c;d}"}), boost::test_tools::per_element());
  BOOST_TEST(parts("a={b={c;d};e};f") == Texts({"a={b={c;d};e}", "f"}),
             boost::test_tools::per_element());
  BOOST_TEST(parts(";a;") == Texts({"", "a", ""}), boost::test_tools::per_element());
  BOOST_TEST(parts("};a") == Texts({"}", "a"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
