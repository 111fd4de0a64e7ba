// The shuffle against its definition, byte by byte.
#include "encode/shuffle.h"

#include <boost/test/unit_test.hpp>

#include "support/random_bytes.h"

namespace {

using Bytes = std::vector<std::byte>;

Bytes shuffled_by_definition(const Bytes& elements, std::size_t element_bytes) {
  const std::size_t count = elements.size() / element_bytes;
  if (element_bytes < 2 || count < 2) return elements;
  Bytes planes = elements;  // Keeps the leftover.
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < element_bytes; ++j) {
      planes[j * count + i] = elements[i * element_bytes + j];
    }
  }
  return planes;
}

void check(std::size_t bytes, std::size_t element_bytes) {
  const Bytes elements = h5pave::test::mixed_bytes(bytes, bytes + 1000 * element_bytes);
  Bytes planes(bytes);
  h5pave::shuffle(elements, element_bytes, planes);
  const bool equal = planes == shuffled_by_definition(elements, element_bytes);
  BOOST_TEST(equal, bytes << " bytes in elements of " << element_bytes);
  Bytes back(bytes);
  h5pave::unshuffle(planes, element_bytes, back);
  const bool restored = back == elements;
  BOOST_TEST(restored, bytes << " bytes back from elements of " << element_bytes);
  BOOST_TEST(h5pave::is_shuffle_of(elements, element_bytes, planes));
  for (std::size_t i = 0; i < bytes; i += 1 + bytes / 16) {
    planes[i] ^= std::byte{1};
    BOOST_TEST(!h5pave::is_shuffle_of(elements, element_bytes, planes));
    planes[i] ^= std::byte{1};
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shuffle_filter)

BOOST_AUTO_TEST_CASE(all_sizes_up_to_300_bytes) {
  for (std::size_t element_bytes = 1; element_bytes <= 40; ++element_bytes) {
    for (std::size_t bytes = 0; bytes <= 300; ++bytes) check(bytes, element_bytes);
  }
}

BOOST_AUTO_TEST_CASE(large_and_odd_sizes) {
  for (const std::size_t element_bytes :
       {2UL, 3UL, 4UL, 5UL, 7UL, 8UL, 12UL, 16UL, 24UL, 100UL, 65537UL}) {
    for (const std::size_t bytes : {4095UL, 65536UL, 131071UL, 1000003UL})
      check(bytes, element_bytes);
  }
}

BOOST_AUTO_TEST_SUITE_END()
