#include "cli/chunk_order.h"

#include <boost/test/unit_test.hpp>

namespace h5pave::cli {

namespace {

constexpr std::uint64_t kUnlimited = ~std::uint64_t{0};

using Numbers = std::vector<std::uint64_t>;

/// Every chunk of a grid, restored from what libhdf5 would list.
void check_grid(const Numbers& chunk_shape, const Numbers& max_shape, const Numbers& grid) {
  const ChunkOrder order(chunk_shape, max_shape, kUnlimited);
  Numbers chunk(grid.size(), 0);
  while (true) {
    Numbers offset(grid.size());
    for (std::size_t d = 0; d < grid.size(); ++d) offset[d] = chunk[d] * chunk_shape[d];
    Numbers listed = offset;
    order.rotate(listed);
    order.restore(listed);
    BOOST_TEST(listed == offset, boost::test_tools::per_element());
    std::size_t d = 0;
    while (d < grid.size() && ++chunk[d] == grid[d]) chunk[d++] = 0;
    if (d == grid.size()) break;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ChunkOrderTest)

// Read off stock HDF5 1.14.5: shape (30,10), maxshape (30,None), chunks (3,2) lists chunk (3,0) at
// (0,2), chunk (0,2) at (0,20).
BOOST_AUTO_TEST_CASE(listing_of_30_by_unlimited_as_libhdf5_gives_it) {
  const Numbers chunk_shape{3, 2};
  const Numbers max_shape{30, kUnlimited};
  const ChunkOrder order(chunk_shape, max_shape, kUnlimited);
  Numbers offset{0, 2};
  order.restore(offset);
  BOOST_TEST(offset == (Numbers{3, 0}), boost::test_tools::per_element());
  offset = {0, 20};
  order.restore(offset);
  BOOST_TEST(offset == (Numbers{0, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_chunk_comes_back_in_3d) {
  for (std::size_t unlimited_dim = 0; unlimited_dim < 3; ++unlimited_dim) {
    Numbers max_shape{14, 9, 23};
    max_shape[unlimited_dim] = kUnlimited;
    check_grid({2, 3, 4}, max_shape, {7, 3, 6});
  }
}

BOOST_AUTO_TEST_CASE(unlimited_first_changes_nothing) {
  const Numbers chunk_shape{2, 3};
  const Numbers max_shape{kUnlimited, 10};
  const ChunkOrder order(chunk_shape, max_shape, kUnlimited);
  Numbers offset{6, 9};
  order.restore(offset);
  BOOST_TEST(offset == (Numbers{6, 9}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_dimension_that_can_hold_nothing_is_no_division_by_zero) {
  const Numbers chunk_shape{2, 3};
  const Numbers max_shape{0, kUnlimited};
  const ChunkOrder order(chunk_shape, max_shape, kUnlimited);
  Numbers offset{0, 3};
  order.restore(offset);
  BOOST_TEST(offset == (Numbers{0, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
