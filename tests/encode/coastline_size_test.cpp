// What each mode promises about the stored size, over a file of real numbers where the machine has
// it.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "encode/size_promise.h"
#include "support/coastline.h"

BOOST_AUTO_TEST_SUITE(coastline_size)

BOOST_DATA_TEST_CASE(no_larger_than_promised, boost::unit_test::data::make({1U, 3U, 4U, 6U, 9U}),
                     level) {
  for (const std::size_t chunk_bytes :
       {8192UL, 16384UL, 65536UL, 131072UL, 262144UL, 524288UL, 1UL << 20}) {
    const auto samples = h5pave::test::coastline_data(chunk_bytes);
    for (const auto planes : {h5pave::Planes::kYes, h5pave::Planes::kNo}) {
      for (const auto& sample : samples) {
        h5pave::test::check_total({&sample, 1}, sample.name.c_str(), planes, level);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
