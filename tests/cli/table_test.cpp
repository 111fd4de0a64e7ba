#include "cli/table.h"

#include <boost/test/unit_test.hpp>

namespace h5pave::cli {

BOOST_AUTO_TEST_SUITE(TableTest)

BOOST_AUTO_TEST_CASE(tabs_and_a_header_mark_for_programs) {
  Table table({"name", "size"});
  table.add({"a", "1"});
  BOOST_TEST(table.tab_separated() == "#name\tsize\na\t1\n");
}

BOOST_AUTO_TEST_CASE(columns_for_people_also_with_non_ascii_names) {
  Table table({"name", "size"});
  table.add({"größe", "1"});
  table.add({"x", "22"});
  BOOST_TEST(table.aligned() == "name   size\ngröße  1\nx      22\n");
}

BOOST_AUTO_TEST_CASE(a_name_with_tabs_and_line_ends_stays_in_its_cell) {
  Table table({"name"});
  table.add({"a\tb\nc"});
  BOOST_TEST(table.tab_separated() == "#name\na\\x09b\\x0ac\n");
}

BOOST_AUTO_TEST_CASE(human_sizes) {
  BOOST_TEST(human_bytes(17) == "17 B");
  BOOST_TEST(human_bytes(1536) == "1.5 KiB");
  BOOST_TEST(human_bytes(300ULL << 20U) == "300 MiB");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
