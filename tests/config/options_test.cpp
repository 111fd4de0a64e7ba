// Options: every bad key or value is one complaint that names the legal ones, and the default
// stays.
#include "config/options.h"

#include <array>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "config/option_table.h"

namespace h5pave {

namespace {

namespace data = boost::unit_test::data;

struct Bad {
  std::string key;
  std::string value;
  std::string must_name;  // a part of the complaint
};

std::ostream& operator<<(std::ostream& out, const Bad& bad) {
  return out << bad.key << '=' << bad.value;
}

const std::vector<Bad> kBad{
    {"index", "btree3", "legal values: auto, btree1, single, implicit, fixed, extensible, btree2"},
    {"index", "Fixed", "bad value 'Fixed' for index"},
    {"index", "", "bad value '' for index"},
    {"index", "/a=fixed,", "bad value '/a=fixed,' for index"},
    {"index", "/a=", "bad value '/a=' for index"},
    {"index", "=fixed", "bad value '=fixed' for index"},
    {"chunk", "always", "legal values: keep, auto, override; or rules GLOB=WORD"},
    {"chunk", "/a=auto,/b", "bad value '/a=auto,/b' for chunk"},
    {"chunk_target", "2K", "legal values: a number with K, M or G; 4K to 1G"},
    {"chunk_target", "2G", "bad value '2G' for chunk_target"},
    {"chunk_target", "large", "bad value 'large' for chunk_target"},
    {"access", "rows", "legal values: row, column, block, sequence, batch:N, map+series; or boxes"},
    {"access", "1,0", "bad value '1,0' for access"},
    {"filter", "gzip", "legal values: keep, none, fast, balanced, max, auto, or a pipeline of"},
    {"filter", "deflate", "bad value 'deflate' for filter"},
    {"filter", "deflate:10", "bad value 'deflate:10' for filter"},
    {"filter", "deflate:-1", "bad value 'deflate:-1' for filter"},
    {"filter", "shuffle,,deflate:1", "bad value 'shuffle,,deflate:1' for filter"},
    {"filter", "deflate:1,deflate:2", "bad value 'deflate:1,deflate:2' for filter"},
    {"filter", "fletcher32,shuffle", "bad value 'fletcher32,shuffle' for filter"},
    {"filter", "/a=fast;", "bad value '/a=fast;' for filter"},
    {"checksum", "crc", "legal values: 0, 1"},
    {"page", "2K", "legal values: a number with K, M or G; 4K to 1G"},
    {"page", "2G", "bad value '2G' for page"},
    {"cache", "64M", "legal values: keep, auto"},
    {"compat", "1.6", "legal values: 1.10, 1.8"},
    {"compat", "1.14", "bad value '1.14' for compat in the place"},
    {"log", "loud", "legal values: off, error, warn, info, debug"},
    {"log", "2", "bad value '2' for log"},
    {"colour", "red", "unknown option 'colour' in the place is ignored; the options are: index, "},
    {"", "red", "unknown option ''"},
};

struct Glob {
  std::string rules;
  std::string path;
  IndexRequest expected;
};

std::ostream& operator<<(std::ostream& out, const Glob& glob) {
  return out << glob.rules << " for " << glob.path;
}

const std::vector<Glob> kGlobs{
    {"auto", "/a", IndexRequest::kAuto},
    {"fixed", "/a", IndexRequest::kFixedArray},
    {"fixed", "", IndexRequest::kFixedArray},
    {"btree1", "/a", IndexRequest::kBtree1},
    {"single", "/a", IndexRequest::kSingle},
    {"implicit", "/a", IndexRequest::kImplicit},
    {"extensible", "/a", IndexRequest::kExtensibleArray},
    {"btree2", "/a", IndexRequest::kBtree2},
    {"/a=fixed", "/a", IndexRequest::kFixedArray},
    {"/a=fixed", "/ab", IndexRequest::kAuto},
    {"/a*=fixed", "/ab/c", IndexRequest::kFixedArray},
    {"/a=fixed,/b=btree1", "/b", IndexRequest::kBtree1},
    {"/a*=fixed,/ab=btree1", "/ab", IndexRequest::kFixedArray},
    {" /a = fixed , * = btree1 ", "/c", IndexRequest::kBtree1},
    {"/a=auto,btree1", "/a", IndexRequest::kAuto},
    {"/[ab]?=btree2", "/b7", IndexRequest::kBtree2},
    {"/x=y=fixed", "/x=y", IndexRequest::kFixedArray},
    {"/*=fixed", "", IndexRequest::kAuto},
    {"/*=fixed,*=btree1", "", IndexRequest::kBtree1},
};

Options with(const std::string& key, const std::string& value, Complaints& complaints) {
  return apply_settings(Options{}, {{key, value, "the place"}}, complaints);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(OptionValues)

BOOST_DATA_TEST_CASE(a_bad_key_or_value_is_one_complaint_and_the_default_stays, data::make(kBad),
                     bad) {
  Complaints complaints;
  const Options options = with(bad.key, bad.value, complaints);
  BOOST_REQUIRE_EQUAL(complaints.size(), 1U);
  BOOST_TEST(complaints[0].find(bad.must_name) != std::string::npos, complaints[0]);
  BOOST_TEST(complaints[0].find('\n') == std::string::npos);
  BOOST_TEST(options.index_rules.empty());
  BOOST_TEST(options.chunk_rules.empty());
  BOOST_TEST(!options.chunk_target.has_value());
  BOOST_TEST(!options.may_add_filters());
  BOOST_TEST(!options.page_bytes.has_value());
  BOOST_TEST((options.cache == CachePolicy::kKeep));
  BOOST_TEST((options.access.preset == AccessPreset::kUnsaid));
  BOOST_TEST((options.compat == Compat::kV110));
  BOOST_TEST((options.log == LogLevel::kWarn));
  BOOST_TEST(options.stats_path == "");
}

BOOST_DATA_TEST_CASE(rules_choose_by_path, data::make(kGlobs), glob) {
  Complaints complaints;
  const Options options = with("index", glob.rules, complaints);
  BOOST_TEST(complaints.empty());
  BOOST_TEST((options.index_for(glob.path) == glob.expected));
}

BOOST_AUTO_TEST_CASE(chunk_policies_are_chosen_by_path_and_kept_by_default) {
  Complaints complaints;
  const Options options = with("chunk", "/raw/*=keep,/grid*=override,auto", complaints);
  BOOST_TEST(complaints.empty());
  BOOST_TEST((options.chunk_for("/raw/a") == ShapePolicy::kKeep));
  BOOST_TEST((options.chunk_for("/grid1") == ShapePolicy::kOverride));
  BOOST_TEST((options.chunk_for("/b") == ShapePolicy::kAuto));
  BOOST_TEST((options.chunk_for("") == ShapePolicy::kAuto));
  BOOST_TEST(options.chunk_depends_on_path());
  BOOST_TEST(options.may_change_chunks());
  BOOST_TEST((Options{}.chunk_for("/b") == ShapePolicy::kKeep));
  BOOST_TEST(!Options{}.may_change_chunks());
}

BOOST_AUTO_TEST_CASE(access_and_target_of_chunks_are_understood) {
  Complaints complaints;
  BOOST_TEST(with("chunk_target", "4M", complaints).chunk_target.value_or(0) == 4U << 20);
  BOOST_TEST(with("access", "batch:32", complaints).access.batch == 32U);
  BOOST_TEST(with("access", "{0.7:1,*,*;0.3:*,1,1}", complaints).access.boxes.size() == 2U);
  BOOST_TEST(complaints.empty());
}

BOOST_AUTO_TEST_CASE(defaults_are_those_of_the_table) {
  Complaints complaints;
  for (const OptionRow& row : option_table()) {
    if (row.default_value.empty()) continue;
    const Options options = with(std::string(row.key), std::string(row.default_value), complaints);
    BOOST_TEST((options.compat == Options{}.compat));
    BOOST_TEST((options.log == Options{}.log));
    BOOST_TEST((options.index_for("/a") == Options{}.index_for("/a")));
  }
  BOOST_TEST(complaints.empty());
}

struct Filter {
  std::string value;
  std::string path;
  std::string expected;
};

std::ostream& operator<<(std::ostream& out, const Filter& filter) {
  return out << filter.value << " for " << filter.path;
}

const std::vector<Filter> kFilters{
    {"keep", "/a", "none"},
    {"none", "/a", "none"},
    {"fast", "/a", "shuffle, deflate:1"},
    {"balanced", "/a", "shuffle, deflate:4"},
    {"max", "", "shuffle, deflate:9"},
    {"auto", "/a", "shuffle, deflate:4"},
    {"deflate:0", "/a", "deflate:0"},
    {" shuffle , deflate:6,fletcher32 ", "/a", "shuffle, deflate:6, fletcher32"},
    {"deflate:3,shuffle", "/a", "deflate:3, shuffle"},
    {"/a*=shuffle,deflate:6;/b=fast;max", "/ab", "shuffle, deflate:6"},
    {"/a*=shuffle,deflate:6;/b=fast;max", "/b", "shuffle, deflate:1"},
    {"/a*=shuffle,deflate:6;/b=fast;max", "/c", "shuffle, deflate:9"},
    {"{/a=fast;/b=none}", "/a", "shuffle, deflate:1"},
    {"{ /a=fast ; /b=none }", "/b", "none"},
    {"/a=fast", "/b", "none"},
};

BOOST_DATA_TEST_CASE(filters_are_presets_or_pipelines_by_path, data::make(kFilters), filter) {
  Complaints complaints;
  const Options options = with("filter", filter.value, complaints);
  BOOST_TEST(complaints.empty());
  BOOST_TEST(filters_text(options.filter_for(filter.path).steps) == filter.expected);
  BOOST_TEST(options.may_add_filters());
}

BOOST_AUTO_TEST_CASE(only_auto_may_leave_filters_out) {
  Complaints complaints;
  BOOST_TEST(with("filter", "auto", complaints).filter_for("/a").automatic);
  BOOST_TEST(!with("filter", "balanced", complaints).filter_for("/a").automatic);
  BOOST_TEST(!Options{}.may_add_filters());
  BOOST_TEST(with("checksum", "1", complaints).may_add_filters());
  BOOST_TEST(!with("checksum", "0", complaints).may_add_filters());
  BOOST_TEST(with("filter", "/a=auto", complaints).filter_depends_on_path());
  BOOST_TEST(!with("filter", "auto", complaints).filter_depends_on_path());
}

BOOST_AUTO_TEST_CASE(pages_and_caches) {
  Complaints complaints;
  BOOST_TEST(with("page", "1M", complaints).page_bytes.value() == 1U << 20);
  BOOST_TEST(with("page", "4K", complaints).page_bytes.value() == 4096U);
  BOOST_TEST((with("cache", "auto", complaints).cache == CachePolicy::kAuto));
  BOOST_TEST(complaints.empty());
}

BOOST_AUTO_TEST_CASE(every_choice_of_the_table_is_accepted) {
  Complaints complaints;
  for (const char* const level : {"off", "error", "warn", "info", "debug"})
    with("log", level, complaints);
  for (const char* const release : {"1.10", "1.8"}) with("compat", release, complaints);
  with("stats", "a file, with blanks.json", complaints);
  BOOST_TEST(complaints.empty());
}

BOOST_AUTO_TEST_CASE(the_profile_and_the_statistics_are_files_of_their_own) {
  Complaints complaints;
  const Options options = apply_settings(
      Options{}, {{"profile", "p-%r.json", "environment"}, {"stats", "s.json", "environment"}},
      complaints);
  BOOST_TEST(options.profile_path == "p-%r.json");
  BOOST_TEST(options.stats_path == "s.json");
  BOOST_TEST(Options{}.profile_path == "");
}

BOOST_AUTO_TEST_CASE(a_later_setting_wins_and_a_bad_one_leaves_the_former) {
  Complaints complaints;
  const Options environment = apply_settings(
      Options{}, {{"log", "info", "environment"}, {"compat", "1.8", "environment"}}, complaints);
  const Options info = apply_settings(
      environment, {{"log", "off", "info string"}, {"compat", "9", "info string"}}, complaints);
  BOOST_TEST((info.log == LogLevel::kOff));
  BOOST_TEST((info.compat == Compat::kV18));
  BOOST_TEST(complaints.size() == 1U);
  BOOST_TEST((environment.log == LogLevel::kInfo));
}

BOOST_AUTO_TEST_CASE(keys_are_read_in_any_case_and_values_without_blanks_around) {
  Complaints complaints;
  BOOST_TEST((with("LOG", "  info ", complaints).log == LogLevel::kInfo));
  BOOST_TEST(complaints.empty());
}

BOOST_AUTO_TEST_CASE(only_rules_with_a_path_depend_on_it) {
  Complaints complaints;
  BOOST_TEST(!Options{}.index_depends_on_path());
  BOOST_TEST(!with("index", "fixed", complaints).index_depends_on_path());
  BOOST_TEST(!with("index", "*=fixed,/a=btree1", complaints).index_depends_on_path());
  BOOST_TEST(with("index", "/a=fixed", complaints).index_depends_on_path());
}

BOOST_AUTO_TEST_CASE(environment_gives_our_variables_and_nothing_else) {
  const std::array<const char*, 9> environment{
      "PATH=/bin",       "H5PAVE_LOG=info",  "H5PAVE_INDEX=/a=fixed",
      "H5PAVE_STATS=",   "H5PAVE_COMPAT=  ", "H5PAVE_COLOUR=red",
      "XH5PAVE_LOG=off", "H5PAVE_NO_VALUE",  nullptr};
  const std::vector<Setting> settings = settings_from_environment(environment.data());
  BOOST_REQUIRE_EQUAL(settings.size(), 3U);
  BOOST_TEST(settings[0].key == "log");
  BOOST_TEST(settings[0].value == "info");
  BOOST_TEST(settings[0].source == "the environment variable H5PAVE_LOG");
  BOOST_TEST(settings[1].key == "index");
  BOOST_TEST(settings[1].value == "/a=fixed");
  BOOST_TEST(settings[2].key == "colour");
  BOOST_TEST(settings_from_environment(nullptr).empty());
}

BOOST_AUTO_TEST_CASE(variables_of_scripts_and_module_files_are_no_options) {
  const std::array<const char*, 6> environment{"H5PAVE_BUILD=/b",      "H5PAVE_BUILD_CACHE=/c",
                                               "H5PAVE_PLUGIN_DIR=/p", "H5PAVE_PREFIX=/x",
                                               "H5PAVE_ROOT=/r",       nullptr};
  BOOST_TEST(settings_from_environment(environment.data()).empty());
}

BOOST_AUTO_TEST_CASE(every_option_has_a_row_a_help_and_a_variable) {
  for (const OptionRow& row : option_table()) {
    BOOST_TEST(find_option(row.key) == &row);
    BOOST_TEST(!row.help.empty());
    BOOST_TEST(!row.range.empty());
    BOOST_TEST(row.help.back() != '.');
  }
  BOOST_TEST(find_option("LOG") == nullptr);
  BOOST_TEST(environment_name("index") == "H5PAVE_INDEX");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
