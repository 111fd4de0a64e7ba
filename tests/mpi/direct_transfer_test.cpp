// Boxes of unfiltered datasets on their way between memory and the places of their chunks.
#include "mpi/direct_transfer.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>

namespace h5pave {

namespace {

/// A file in memory that counts what is done with it.
class MemoryFile : public FileBytes {
 public:
  explicit MemoryFile(std::size_t bytes) : bytes_(bytes) {}

  bool write_at(std::uint64_t address, std::span<const std::byte> data) override {
    if (fails || address + data.size() > bytes_.size()) return false;
    std::copy(data.begin(), data.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(address));
    ++calls;
    return true;
  }

  bool read_at(std::uint64_t address, std::span<std::byte> data) override {
    if (fails || address + data.size() > bytes_.size()) return false;
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(address), data.size(), data.begin());
    ++calls;
    return true;
  }

  int element(std::uint64_t address) const {
    int value = 0;
    std::memcpy(&value, bytes_.data() + address, sizeof value);
    return value;
  }

  bool fails = false;
  int calls = 0;

 private:
  std::vector<std::byte> bytes_;
};

/// A dataset of int whose chunks lie in the file in a random order, or one after the other.
struct Bench {
  Bench(Extent lengths, Extent chunk_lengths, bool in_order)
      : extent(std::move(lengths)),
        places(extent, chunk_lengths),
        file(64 + ChunkPlaces::count(extent, chunk_lengths) * element_count({{}, chunk_lengths}) *
                      sizeof(int)) {
    format.chunk = std::move(chunk_lengths);
    format.element_bytes = sizeof(int);
    const std::uint64_t chunks = ChunkPlaces::count(extent, format.chunk);
    std::vector<std::uint64_t> order(chunks);
    std::iota(order.begin(), order.end(), 0U);
    if (!in_order) std::shuffle(order.begin(), order.end(), random);
    const ChunkNumbers numbers(extent, format.chunk);
    for (std::uint64_t number = 0; number < chunks; ++number)
      places.set(numbers.offset(number), 64 + order[number] * decoded_bytes(format));
  }

  /// The value of the dataset's element number `element`, row-major.
  int stored(std::uint64_t element) const {
    Extent offset(extent.size());
    std::uint64_t inside = 0;
    std::uint64_t stride = 1;
    for (std::size_t dim = extent.size(); dim-- > 0;) {
      const std::uint64_t at = element % extent[dim];
      element /= extent[dim];
      offset[dim] = at - at % format.chunk[dim];
      inside += at % format.chunk[dim] * stride;
      stride *= format.chunk[dim];
    }
    return file.element(places.address(offset) + inside * sizeof(int));
  }

  Extent extent;
  ChunkFormat format;
  ChunkPlaces places;
  MemoryFile file;
  ByteBuffer staging;
  std::mt19937 random{3};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(direct_transfer)

BOOST_AUTO_TEST_CASE(chunks_that_follow_each_other_take_one_write) {
  Bench bench({8, 8}, {2, 2}, true);
  std::vector<int> values(64);
  std::iota(values.begin(), values.end(), 1);
  const Box all{{0, 0}, {8, 8}};
  BOOST_TEST(write_directly(bench.places, bench.format, all,
                            {reinterpret_cast<const std::byte*>(values.data()),
                             dense_layout({8, 8}, sizeof(int))},
                            bench.staging, bench.file));
  BOOST_TEST(bench.file.calls == 1);
  for (std::uint64_t i = 0; i < 64; ++i) BOOST_TEST(bench.stored(i) == values[i]);
}

BOOST_AUTO_TEST_CASE(random_boxes_are_written_and_read_where_they_belong) {
  Bench bench({7, 10, 5}, {3, 4, 2}, false);
  std::vector<int> expected(350, 0);
  for (int round = 1; round <= 200; ++round) {
    Box box{{0, 0, 0}, {0, 0, 0}};
    for (std::size_t dim = 0; dim < 3; ++dim) {
      box.start[dim] = bench.random() % bench.extent[dim];
      box.length[dim] = 1 + bench.random() % (bench.extent[dim] - box.start[dim]);
    }
    std::vector<int> values(element_count(box));
    for (int& value : values) value = static_cast<int>(bench.random());
    const StridedBytes layout = dense_layout(box.length, sizeof(int));
    BOOST_REQUIRE(write_directly(bench.places, bench.format, box,
                                 {reinterpret_cast<const std::byte*>(values.data()), layout},
                                 bench.staging, bench.file));
    std::vector<int> read(values.size(), 0);
    BOOST_REQUIRE(read_directly(bench.places, bench.format, box,
                                {reinterpret_cast<std::byte*>(read.data()), layout}, bench.staging,
                                bench.file));
    BOOST_TEST_REQUIRE((read == values));
    for (std::uint64_t i = 0; i < values.size(); ++i) {
      const std::uint64_t z = box.start[2] + i % box.length[2];
      const std::uint64_t y = box.start[1] + i / box.length[2] % box.length[1];
      const std::uint64_t x = box.start[0] + i / box.length[2] / box.length[1];
      expected[(x * 10 + y) * 5 + z] = values[i];
    }
    for (std::uint64_t i = 0; i < 350; ++i) BOOST_TEST_REQUIRE(bench.stored(i) == expected[i]);
  }
}

BOOST_AUTO_TEST_CASE(pieces_are_as_long_as_the_file_allows) {
  ChunkFormat format;
  format.chunk = {4, 8};
  format.element_bytes = 2;
  BOOST_TEST(least_piece_bytes(format, {{0, 0}, {40, 80}}) == 64U);
  BOOST_TEST(least_piece_bytes(format, {{0, 0}, {1, 80}}) == 16U);
  BOOST_TEST(least_piece_bytes(format, {{0, 0}, {40, 1}}) == 2U);
}

BOOST_AUTO_TEST_CASE(a_chunk_without_a_place_is_noticed) {
  ChunkFormat format;
  format.chunk = {4};
  format.element_bytes = 1;
  ChunkPlaces places({10}, {4});
  places.set({0}, 100);
  places.set({8}, 200);
  BOOST_TEST(all_have_places(places, format, {{0}, {4}}));
  BOOST_TEST(!all_have_places(places, format, {{3}, {2}}));
  places.set({12}, 300);  // Outside the extent: left out.
  BOOST_TEST(all_have_places(places, format, {{9}, {1}}));
}

BOOST_AUTO_TEST_CASE(a_file_that_fails_is_told_of) {
  Bench bench({8, 8}, {2, 2}, true);
  std::vector<int> values(64);
  const StridedBytes layout = dense_layout({8, 8}, sizeof(int));
  bench.file.fails = true;
  BOOST_TEST(!write_directly(bench.places, bench.format, {{0, 0}, {8, 8}},
                             {reinterpret_cast<const std::byte*>(values.data()), layout},
                             bench.staging, bench.file));
  BOOST_TEST(!read_directly(bench.places, bench.format, {{0, 0}, {8, 8}},
                            {reinterpret_cast<std::byte*>(values.data()), layout}, bench.staging,
                            bench.file));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
