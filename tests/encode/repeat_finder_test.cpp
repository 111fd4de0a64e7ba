// Repeats at one distance against their definition, byte by byte.
#include "encode/repeat_finder.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "encode/equal_mask.h"

namespace {

using Bytes = std::vector<std::byte>;
using h5pave::Sequence;
using h5pave::Sequences;

// Runs of every length come up where there are few values.
Bytes few_values(std::size_t bytes, unsigned values, std::mt19937_64& random) {
  Bytes content(bytes);
  for (auto& byte : content) byte = static_cast<std::byte>(random() % values);
  return content;
}

// For each byte whether it is copied.
std::vector<bool> copied(const Sequences& sequences, std::size_t distance) {
  std::vector<bool> result;
  for (const Sequence& sequence : sequences) {
    result.resize(result.size() + sequence.literals, false);
    result.resize(result.size() + sequence.length, true);
    if (sequence.length == 0) continue;
    BOOST_TEST(sequence.distance == distance);
    BOOST_TEST(sequence.length >= h5pave::kMinCopy);
    BOOST_TEST(sequence.length <= h5pave::kMaxCopy);
  }
  return result;
}

// Every longest stretch of at least four bytes that equal those `distance` before is copied.
std::vector<bool> copied_by_definition(const Bytes& bytes, std::size_t begin, std::size_t end,
                                       std::size_t distance) {
  std::vector<bool> result(end - begin, false);
  for (std::size_t at = std::max(begin, distance); at < end;) {
    std::size_t length = 0;
    while (at + length < end && bytes[at + length] == bytes[at + length - distance]) ++length;
    for (std::size_t i = 0; length >= 4 && i < length; ++i) result[at - begin + i] = true;
    at += length + 1;
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repeat_finder)

BOOST_AUTO_TEST_CASE(all_sizes_and_many_distances) {
  std::mt19937_64 random(51);
  for (std::size_t size = 0; size <= 700; ++size) {
    for (const unsigned values : {1U, 2U, 3U, 200U}) {
      const Bytes bytes = few_values(size, values, random);
      const std::size_t begin = random() % (size + 1);
      const std::size_t end = begin + random() % (size - begin + 1);
      const std::size_t distance = random() % 2 == 0 ? 1 : 1 + random() % (size + 1);
      Sequences sequences;
      h5pave::append_repeats(bytes, begin, end, distance, sequences);
      const bool same =
          copied(sequences, distance) == copied_by_definition(bytes, begin, end, distance);
      BOOST_TEST(same, size << " bytes, distance " << distance);
    }
  }
}

BOOST_AUTO_TEST_CASE(masks_of_equal_bytes_are_right_on_every_path) {
  std::mt19937_64 random(52);
  for (int round = 0; round < 2000; ++round) {
    const Bytes a = few_values(64, 1 + static_cast<unsigned>(random() % 256), random);
    Bytes b = random() % 2 == 0 ? a : few_values(64, 2, random);
    b[random() % 64] ^= static_cast<std::byte>(1U << random() % 8);
    std::uint64_t plain = 0;
    std::uint64_t right = 0;
    for (unsigned i = 0; i < 64; i += 8) {
      plain |= h5pave::equal_bytes_of_8(a.data() + i, b.data() + i) << i;
    }
    for (unsigned i = 0; i < 64; ++i) right |= std::uint64_t{a[i] == b[i]} << i;
    BOOST_TEST(plain == right);
    BOOST_TEST(h5pave::equal_bytes_of_64(a.data(), b.data()) == right);
  }
}

// Patterns planted at every kind of distance, in noise and in few values.
BOOST_AUTO_TEST_CASE(a_period_is_the_nearest_place_of_the_next_bytes) {
  constexpr std::size_t kPatternBytes = 32;
  std::mt19937_64 random(41);
  int found = 0;
  for (int round = 0; round < 400; ++round) {
    Bytes bytes = few_values(100 + random() % 50000, 2 + random() % 255, random);
    const std::size_t at = random() % bytes.size();
    for (std::size_t planted = random() % 3; planted > 0 && at > 0; --planted) {
      const std::size_t back =
          1 + random() % (random() % 2 == 0 ? std::min<std::size_t>(at, 5000) : at);
      for (std::size_t i = 0; i < kPatternBytes && at + i < bytes.size(); ++i)
        bytes[at + i] = bytes[at + i - back];
    }
    std::size_t expected = 0;
    for (std::size_t back = 1; back <= std::min(at, h5pave::kMaxDistance) && expected == 0;
         ++back) {
      const auto pattern = bytes.begin() + static_cast<std::ptrdiff_t>(at);
      if (at + kPatternBytes <= bytes.size() &&
          std::equal(pattern, pattern + kPatternBytes, pattern - static_cast<std::ptrdiff_t>(back)))
        expected = back;
    }
    BOOST_TEST(h5pave::find_period(bytes, at) == expected);
    found += expected != 0 ? 1 : 0;
  }
  BOOST_TEST(found > 100);
}

BOOST_AUTO_TEST_SUITE_END()
