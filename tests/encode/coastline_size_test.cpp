// What each mode promises about the stored size, over a file of real numbers where the machine has
// it.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <utility>

#include "encode/size_promise.h"
#include "support/coastline.h"

namespace {

using h5pave::test::Sample;

// In chunks; what is left at the end is left out.
std::vector<Sample> in_chunks(const Sample& sample, std::size_t chunk_bytes) {
  std::vector<Sample> chunks;
  for (std::size_t at = 0; at + chunk_bytes <= sample.bytes.size(); at += chunk_bytes) {
    const auto begin = sample.bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(chunk_bytes);
    chunks.push_back({sample.name, sample.element_bytes, {begin, end}});
  }
  return chunks;
}

template <class Number, class Form>
Sample formed(const char* name, std::span<const std::int16_t> numbers, Form form) {
  Sample sample{name, sizeof(Number), std::vector<std::byte>(numbers.size() * sizeof(Number))};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = static_cast<Number>(form(numbers[i]));
    std::memcpy(sample.bytes.data() + i * sizeof(Number), &number, sizeof(Number));
  }
  return sample;
}

// The real longitudes as programs keep such numbers.
std::vector<Sample> forms_of_longitudes() {
  constexpr std::size_t kBytes = 1 << 20;
  const auto samples = h5pave::test::coastline_data(kBytes);
  if (samples.empty()) return {};
  std::vector<std::int16_t> numbers(samples.front().bytes.size() / sizeof(std::int16_t));
  std::memcpy(numbers.data(), samples.front().bytes.data(), numbers.size() * sizeof(std::int16_t));
  const auto degrees = [](std::int16_t number) {
    return static_cast<std::uint16_t>(number) * (10.0 / 65535);
  };
  std::int32_t sum = 0;
  std::int16_t last = 0;
  return {formed<std::uint32_t>("uint32", numbers,
                                [](auto n) { return static_cast<std::uint16_t>(n); }),
          formed<std::int32_t>("int32", numbers, [](auto n) { return n; }),
          formed<std::int64_t>("int64", numbers, [](auto n) { return n; }),
          formed<std::int32_t>("classes", numbers, [](auto n) { return n / 256; }),
          formed<std::int32_t>("sums", numbers, [&](auto n) { return sum += n; }),
          formed<std::int32_t>("differences", numbers,
                               [&](auto n) { return n - std::exchange(last, n); }),
          formed<float>("float32 degrees", numbers, degrees),
          formed<double>("float64 degrees", numbers, degrees),
          formed<float>("float32 with two decimals", numbers,
                        [&](auto n) { return std::round(degrees(n) * 100) / 100; })};
}

}  // namespace

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
    const auto chunks = in_chunks(sample, kChunkBytes);
    h5pave::test::check_total(chunks, sample.name.c_str(), h5pave::Planes::kYes, level);
  }
}

// Two noisy planes and several nearly constant ones: what short chunks of 16-bit numbers do not
// show.
BOOST_DATA_TEST_CASE(no_larger_for_what_programs_make_of_them,
                     boost::unit_test::data::make({1U, 3U, 4U, 6U, 9U}), level) {
  for (const Sample& sample : forms_of_longitudes()) {
    for (const std::size_t chunk_bytes : {4096UL, 8192UL, 16384UL, 32768UL, 65536UL, 131072UL}) {
      h5pave::test::check_total(in_chunks(sample, chunk_bytes), sample.name.c_str(),
                                h5pave::Planes::kYes, level);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
