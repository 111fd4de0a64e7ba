#include "cache/read_pattern.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

using Offsets = std::vector<Extent>;

}  // namespace

BOOST_AUTO_TEST_SUITE(read_pattern)

BOOST_AUTO_TEST_CASE(images_one_after_the_other) {
  ReadPattern pattern;
  const Extent extent{6, 8, 8};
  const Extent chunk{1, 8, 8};
  const auto image = [](std::uint64_t i) { return Box{{i, 0, 0}, {1, 8, 8}}; };
  BOOST_TEST(pattern.after(image(0), extent, chunk, 2).empty());
  BOOST_TEST(pattern.after(image(1), extent, chunk, 2).empty());
  BOOST_TEST((pattern.after(image(2), extent, chunk, 2) == Offsets{{3, 0, 0}, {4, 0, 0}}));
  BOOST_TEST((pattern.after(image(3), extent, chunk, 2) == Offsets{{5, 0, 0}}));
  BOOST_TEST(pattern.after(image(4), extent, chunk, 2).empty());
}

BOOST_AUTO_TEST_CASE(rows_inside_a_chunk_tell_of_the_next_chunk_once) {
  ReadPattern pattern;
  Offsets told;
  for (std::uint64_t row = 0; row < 10; ++row) {
    for (const Extent& offset : pattern.after({{row, 0}, {1, 4}}, {40, 4}, {10, 4}, 1))
      told.push_back(offset);
  }
  BOOST_TEST((told == Offsets{{10, 0}}));
}

BOOST_AUTO_TEST_CASE(backwards_and_wide_steps) {
  ReadPattern back;
  back.after({{90}, {10}}, {100}, {10}, 1);
  back.after({{80}, {10}}, {100}, {10}, 1);
  BOOST_TEST((back.after({{70}, {10}}, {100}, {10}, 1) == Offsets{{60}}));
  ReadPattern wide;
  wide.after({{0}, {10}}, {100}, {10}, 3);
  wide.after({{30}, {10}}, {100}, {10}, 3);
  BOOST_TEST((wide.after({{60}, {10}}, {100}, {10}, 3) == Offsets{{90}}));
}

BOOST_AUTO_TEST_CASE(columns_of_chunks) {
  ReadPattern pattern;
  const auto column = [](std::uint64_t i) { return Box{{0, i}, {20, 1}}; };
  pattern.after(column(0), {20, 30}, {10, 1}, 4);
  pattern.after(column(1), {20, 30}, {10, 1}, 4);
  BOOST_TEST((pattern.after(column(2), {20, 30}, {10, 1}, 4) ==
              Offsets{{0, 3}, {10, 3}, {0, 4}, {10, 4}}));
}

BOOST_AUTO_TEST_CASE(no_pattern_without_equal_steps) {
  ReadPattern pattern;
  for (const std::uint64_t start : std::vector<std::uint64_t>{0, 5, 20, 21, 50, 3, 3, 3})
    BOOST_TEST(pattern.after({{start}, {1}}, {100}, {1}, 4).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
