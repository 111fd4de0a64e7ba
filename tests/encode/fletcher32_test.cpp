// The checksum against its definition, word by word with a modulus of 65535 that never yields 0.
#include "encode/fletcher32.h"

#include <boost/test/unit_test.hpp>

#include "support/random_bytes.h"

namespace {

using Bytes = std::vector<std::byte>;

std::uint64_t reduced(std::uint64_t sum) { return sum == 0 ? 0 : 1 + (sum - 1) % 65535; }

std::uint32_t by_definition(const Bytes& bytes) {
  std::uint64_t sum1 = 0;
  std::uint64_t sum2 = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = std::to_integer<std::uint32_t>(bytes[i]);
    const auto low = i + 1 < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + 1]) : 0;
    sum1 = reduced(sum1 + (high << 8 | low));
    sum2 = reduced(sum2 + sum1);
  }
  return static_cast<std::uint32_t>(sum2 << 16 | sum1);
}

void append(Bytes& bytes, std::span<const std::byte> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fletcher32_checksum)

BOOST_AUTO_TEST_CASE(all_sizes) {
  for (std::size_t bytes = 0; bytes <= 4200; ++bytes) {
    const Bytes data = h5pave::test::mixed_bytes(bytes, bytes);
    BOOST_TEST(h5pave::fletcher32(data) == by_definition(data), bytes << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(largest_sums_do_not_overflow) {
  for (const std::size_t bytes : {512UL, 513UL, 65536UL, 1000003UL}) {
    const Bytes ones(bytes, std::byte{0xff});
    BOOST_TEST(h5pave::fletcher32(ones) == by_definition(ones));
    const Bytes zeros(bytes);
    BOOST_TEST(h5pave::fletcher32(zeros) == 0U);
  }
}

BOOST_AUTO_TEST_CASE(both_byte_orders_are_accepted_and_others_not) {
  const Bytes data = h5pave::test::mixed_bytes(1001, 3);
  const auto sum = h5pave::stored_fletcher32(data);
  Bytes stored = data;
  append(stored, sum);
  BOOST_TEST(h5pave::fletcher32_fits(stored));
  Bytes legacy = data;
  append(legacy, std::array{sum[1], sum[0], sum[3], sum[2]});
  BOOST_TEST(h5pave::fletcher32_fits(legacy));
  stored[500] ^= std::byte{1};
  BOOST_TEST(!h5pave::fletcher32_fits(stored));
}

BOOST_AUTO_TEST_CASE(less_than_a_checksum_is_damaged) {
  for (std::size_t bytes = 0; bytes < 4; ++bytes)
    BOOST_TEST(!h5pave::fletcher32_fits(Bytes(bytes)));
}

BOOST_AUTO_TEST_SUITE_END()
