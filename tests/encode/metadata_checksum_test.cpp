// Values of lookup3.c's own self-test and of HDF5's.
#include "encode/metadata_checksum.h"

#include <boost/test/unit_test.hpp>
#include <string_view>

namespace h5pave {

namespace {

std::uint32_t of(std::string_view text) {
  return metadata_checksum(std::as_bytes(std::span(text)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metadata_checksums)

BOOST_AUTO_TEST_CASE(known_values) {
  BOOST_TEST(of("") == 0xdeadbeefU);
  BOOST_TEST(of("Four score and seven years ago") == 0x17770551U);
}

BOOST_AUTO_TEST_CASE(every_byte_counts_whatever_the_length) {
  const std::string text(40, 'x');
  for (std::size_t length = 1; length <= text.size(); ++length) {
    const std::uint32_t whole = of({text.data(), length});
    for (std::size_t i = 0; i < length; ++i) {
      std::string other(text, 0, length);
      other[i] = 'y';
      BOOST_TEST(of(other) != whole);
    }
    BOOST_TEST(whole != of({text.data(), length - 1}));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
