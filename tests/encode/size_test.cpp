// What each mode promises about the stored size, kind by kind.
#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "encode/size_promise.h"

namespace {

void check_all(std::size_t chunk_bytes, unsigned level) {
  for (const auto& sample : h5pave::test::sample_data(chunk_bytes)) {
    for (const auto planes : {h5pave::Planes::kYes, h5pave::Planes::kNo}) {
      h5pave::test::check_total({&sample, 1}, sample.name.c_str(), planes, level);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(size)

namespace data = boost::unit_test::data;

BOOST_DATA_TEST_CASE(no_larger_than_promised,
                     data::make({1U, 4U, 6U, 9U}) * data::make({4096UL, 8192UL, 16384UL, 32768UL,
                                                                65536UL, 131072UL, 1048576UL}),
                     level, chunk_bytes) {
  check_all(chunk_bytes, level);
}

// Between zlib's levels, and longer than the stretches that are judged at once.
BOOST_AUTO_TEST_CASE(levels_2_and_3_keep_their_promise) {
  for (const unsigned level : {2U, 3U}) check_all(262144, level);
}
BOOST_AUTO_TEST_CASE(large_chunks_keep_their_promise) { check_all(4194304, 4); }

// A chunk that was written up to a row: its rest is fill value, which no sample from the middle
// shows.
BOOST_DATA_TEST_CASE(partly_filled_chunks_keep_their_promise, data::make({25U, 50U, 75U}),
                     percent) {
  for (auto& sample : h5pave::test::sample_data(1638400)) {
    const std::size_t written = sample.bytes.size() / 100 * percent;
    std::fill(sample.bytes.begin() + static_cast<std::ptrdiff_t>(written), sample.bytes.end(),
              std::byte{0});
    h5pave::test::check_total({&sample, 1}, sample.name.c_str(), h5pave::Planes::kYes, 4);
  }
}

BOOST_AUTO_TEST_SUITE_END()
