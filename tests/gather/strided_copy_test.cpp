// Strided copies against an element-by-element copy.
#include "gather/strided_copy.h"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <random>

namespace h5pave {

namespace {


std::ptrdiff_t byte_of(const StridedBytes& layout, const Extent& index) {
  std::ptrdiff_t at = layout.first;
  for (std::size_t dim = 0; dim < index.size(); ++dim)
    at += layout.distance[dim] * static_cast<std::ptrdiff_t>(index[dim]);
  return at;
}

/// Calls `visit` with every index of a box.
template <typename Visit>
void for_each_index(const Extent& length, Visit&& visit) {
  Extent index(length.size(), 0);
  for (;;) {
    visit(index);
    std::size_t dim = length.size();
    while (dim > 0 && ++index[dim - 1] == length[dim - 1]) index[--dim] = 0;
    if (dim == 0) return;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(strided_copy)

BOOST_AUTO_TEST_CASE(dense_layout_is_row_major) {
  BOOST_TEST((dense_layout({2, 3, 4}, 8).distance == PerDimension<std::ptrdiff_t>{96, 32, 8}));
}

BOOST_AUTO_TEST_CASE(random_boxes_are_copied_element_by_element) {
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    const std::size_t rank = random() % 5;  // rank 0 is one element
    const std::size_t element_bytes = 1 + random() % 9;
    Extent length, from_extent, to_extent;
    for (std::size_t dim = 0; dim < rank; ++dim) {
      length.push_back(1 + random() % 4);
      from_extent.push_back(length[dim] + random() % 3);
      to_extent.push_back(length[dim] + random() % 3);
    }
    StridedBytes from = dense_layout(from_extent, element_bytes);
    StridedBytes to = dense_layout(to_extent, element_bytes);
    for (std::size_t dim = 0; dim < rank; ++dim) {
      from.first +=
          from.distance[dim] * static_cast<std::ptrdiff_t>(from_extent[dim] - length[dim]);
      to.first += to.distance[dim] * static_cast<std::ptrdiff_t>(to_extent[dim] - length[dim]);
    }
    std::vector<std::byte> source(4000 * element_bytes), target(source.size()), expected;
    for (std::byte& byte : source) byte = static_cast<std::byte>(random());
    expected = target;
    for_each_index(length, [&](const Extent& index) {
      std::memcpy(expected.data() + byte_of(to, index), source.data() + byte_of(from, index),
                  element_bytes);
    });
    copy_box(source.data(), from, target.data(), to, length, element_bytes);
    BOOST_REQUIRE(target == expected);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
