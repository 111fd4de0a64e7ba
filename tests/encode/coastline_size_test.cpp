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

// The first chunk of an array is not like the rest: all of it, in chunks of 64 KiB.
BOOST_DATA_TEST_CASE(no_larger_over_whole_arrays, boost::unit_test::data::make({1U, 4U, 9U}),
                     level) {
  constexpr std::size_t kChunkBytes = 65536;
  for (const auto& sample : h5pave::test::coastline_data(4UL << 20)) {
    std::vector<h5pave::test::Sample> chunks;
    for (std::size_t at = 0; at + kChunkBytes <= sample.bytes.size(); at += kChunkBytes) {
      const auto begin = sample.bytes.begin() + static_cast<std::ptrdiff_t>(at);
      chunks.push_back({sample.name, sample.element_bytes, {begin, begin + kChunkBytes}});
    }
    h5pave::test::check_total(chunks, sample.name.c_str(), h5pave::Planes::kYes, level);
  }
}

BOOST_AUTO_TEST_SUITE_END()
