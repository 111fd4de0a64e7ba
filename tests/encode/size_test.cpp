// What each mode promises about the stored size, kind by kind.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "encode/size_promise.h"

BOOST_AUTO_TEST_SUITE(size)

BOOST_DATA_TEST_CASE(no_larger_than_promised, boost::unit_test::data::make({1U, 4U, 6U, 9U}),
                     level) {
  constexpr std::size_t kChunkBytes = 1 << 20;
  for (const auto& sample : h5pave::test::sample_data(kChunkBytes)) {
    for (const auto planes : {h5pave::Planes::kYes, h5pave::Planes::kNo}) {
      h5pave::test::check_total({&sample, 1}, sample.name.c_str(), planes, level);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
