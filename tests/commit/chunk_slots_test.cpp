#include "commit/chunk_slots.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

BOOST_AUTO_TEST_SUITE(slot_pool)

BOOST_AUTO_TEST_CASE(kept_slots_stay_inside_the_memory_limit) {
  SlotPool pool(std::size_t{1} << 20);
  const FilterSteps steps{{FilterStep::Kind::kDeflate, 1}};
  auto large = pool.take(steps, DeflateMode::kBalanced);
  large->raw.get(std::size_t{2} << 20);
  pool.give_back(std::move(large));
  BOOST_TEST(pool.take(steps, DeflateMode::kBalanced)->raw.capacity() == 0U);
  auto small = pool.take(steps, DeflateMode::kBalanced);
  small->raw.get(1000);
  pool.give_back(std::move(small));
  BOOST_TEST(pool.take(steps, DeflateMode::kBalanced)->raw.capacity() == 1000U);
  BOOST_TEST(pool.take({{FilterStep::Kind::kDeflate, 2}}, DeflateMode::kBalanced)->raw.capacity() ==
             0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
