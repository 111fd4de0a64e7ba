#include "commit/chunk_slots.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

BOOST_AUTO_TEST_SUITE(slot_pool)

BOOST_AUTO_TEST_CASE(slots_are_kept_for_the_same_filters_inside_the_memory_limit) {
  const FilterSteps steps{{FilterStep::Kind::kDeflate, 1}};
  const FilterSteps others{{FilterStep::Kind::kDeflate, 2}};
  SlotPool pool(static_cast<std::size_t>(2 * slot_bytes(1000)));
  const auto capacity = [&pool](const FilterSteps& wanted) {
    return pool.take(wanted, DeflateMode::kBalanced, 1000)->raw.capacity();
  };
  pool.take(steps, DeflateMode::kBalanced, 1000)->raw.get(1000);
  BOOST_TEST(capacity(steps) == 1000U);
  BOOST_TEST(capacity(others) == 0U);
  BOOST_TEST(capacity(steps) == 1000U);
  {
    // Two in use leave no room for a kept one.
    const SlotLease first = pool.take(others, DeflateMode::kBalanced, 1000);
    const SlotLease second = pool.take(others, DeflateMode::kBalanced, 1000);
    BOOST_TEST(capacity(steps) == 0U);
  }
  pool.take(steps, DeflateMode::kBalanced, std::size_t{1} << 30U)->raw.get(1000);
  BOOST_TEST(capacity(steps) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
