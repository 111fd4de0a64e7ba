// Boxes and their parts per chunk: every element belongs to exactly one part.
#include "plan/box.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>

namespace h5pave {

BOOST_AUTO_TEST_SUITE(box)

BOOST_AUTO_TEST_CASE(parts_come_in_row_major_order) {
  ChunkParts parts({{1, 2}, {4, 3}}, {3, 3});
  BOOST_TEST(parts.count() == 4U);
  std::vector<Extent> offsets;
  ChunkPart part;
  while (parts.next(part)) offsets.push_back(part.offset);
  BOOST_TEST((offsets == std::vector<Extent>{{0, 0}, {0, 3}, {3, 0}, {3, 3}}));
  BOOST_TEST(!parts.next(part));
}

BOOST_AUTO_TEST_CASE(parts_of_random_boxes_cover_each_element_once) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t rank = 1 + random() % 4;
    Extent chunk;
    Box whole;
    for (std::size_t dim = 0; dim < rank; ++dim) {
      chunk.push_back(1 + random() % 5);
      whole.start.push_back(random() % 7);
      whole.length.push_back(1 + random() % 8);
    }
    std::uint64_t elements = 0;
    std::uint64_t count = 0;
    ChunkParts parts(whole, chunk);
    ChunkPart part;
    std::map<Extent, int> seen;
    while (parts.next(part)) {
      ++count;
      ++seen[part.offset];
      elements += element_count(part.selected);
      for (std::size_t dim = 0; dim < rank; ++dim) {
        BOOST_REQUIRE(part.offset[dim] % chunk[dim] == 0);
        BOOST_REQUIRE(part.selected.start[dim] >= part.offset[dim]);
        BOOST_REQUIRE(part.selected.start[dim] >= whole.start[dim]);
        const std::uint64_t end = part.selected.start[dim] + part.selected.length[dim];
        BOOST_REQUIRE(end <= part.offset[dim] + chunk[dim]);
        BOOST_REQUIRE(end <= whole.start[dim] + whole.length[dim]);
      }
    }
    BOOST_REQUIRE(elements == element_count(whole));
    BOOST_REQUIRE(count == ChunkParts(whole, chunk).count());
    BOOST_REQUIRE(seen.size() == count);
  }
}

BOOST_AUTO_TEST_CASE(a_box_covers_edge_chunks_up_to_the_extent) {
  const Extent chunk{3, 3};
  const Extent extent{10, 10};
  BOOST_TEST(covers_its_chunks({{0, 0}, {10, 10}}, chunk, extent));
  BOOST_TEST(covers_its_chunks({{9, 6}, {1, 3}}, chunk, extent));
  BOOST_TEST(!covers_its_chunks({{8, 6}, {2, 3}}, chunk, extent));
  BOOST_TEST(!covers_its_chunks({{0, 0}, {5, 3}}, chunk, extent));
}

BOOST_AUTO_TEST_CASE(element_count_saturates) {
  const std::uint64_t huge = std::uint64_t{1} << 40;
  BOOST_TEST(element_count({{0, 0}, {huge, huge}}) == ~std::uint64_t{0});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
