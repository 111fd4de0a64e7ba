// Boxes moved over a store in memory: against a plain array, with and without the cache, and with
// every kind of trouble that a store can make.
#include "transfer/box_transfer.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "support/chunk_bench.h"
#include "transfer/part_layout.h"

namespace h5pave {

namespace {

using Kind = TransferEnd::Kind;

bool is(const TransferEnd& end, Kind expected) { return end.kind == expected; }

const auto kThreadCounts = boost::unit_test::data::make({1U, 2U, 5U});

/// Turns ints into negated longs and back; fails at the count-th call.
class Negation : public ElementConverter {
 public:
  Negation(std::size_t from_bytes, std::size_t to_bytes)
      : ElementConverter(from_bytes, to_bytes, false) {}

  bool convert(std::size_t count, std::byte* buffer, std::byte*) override {
    if (calls++ == fail_at) return false;
    if (from_bytes() == sizeof(long)) {
      for (std::size_t i = 0; i < count; ++i) {
        long wide = 0;
        std::memcpy(&wide, buffer + i * sizeof wide, sizeof wide);
        const int narrow = static_cast<int>(-wide);
        std::memcpy(buffer + i * sizeof narrow, &narrow, sizeof narrow);
      }
    } else {
      for (std::size_t i = count; i-- > 0;) {
        int narrow = 0;
        std::memcpy(&narrow, buffer + i * sizeof narrow, sizeof narrow);
        const long wide = -static_cast<long>(narrow);
        std::memcpy(buffer + i * sizeof wide, &wide, sizeof wide);
      }
    }
    return true;
  }

  int calls = 0;
  int fail_at = -1;
};

/// Ints that stay where the new one is even; notes the most elements of a call.
class OddOnly : public ElementConverter {
 public:
  OddOnly() : ElementConverter(sizeof(int), sizeof(int), true) {}

  bool convert(std::size_t count, std::byte* buffer, std::byte* background) override {
    most = std::max(most, count);
    for (std::size_t at = 0; at < count * sizeof(int); at += sizeof(int)) {
      int value = 0;
      std::memcpy(&value, buffer + at, sizeof value);
      if (value % 2 == 0) std::memcpy(buffer + at, background + at, sizeof value);
    }
    return true;
  }

  std::size_t most = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(box_transfer)

BOOST_DATA_TEST_CASE(what_is_written_is_read, kThreadCounts, threads) {
  ChunkBench bench({50, 33}, {7, 5}, threads);
  const Box whole{{0, 0}, {50, 33}};
  const std::vector<int> values = numbers(50 * 33, 1);
  BOOST_TEST(is(bench.write(whole, values), Kind::kDone));
  BOOST_TEST(bench.flush());
  BOOST_TEST(bench.store.chunks.size() == 8U * 7U);
  std::vector<int> back;
  BOOST_TEST(is(bench.read(whole, back), Kind::kDone));
  BOOST_TEST((back == values));
  BOOST_TEST(is(bench.read({{3, 4}, {40, 20}}, back), Kind::kDone));
  for (std::size_t row = 0; row < 40; ++row)
    for (std::size_t column = 0; column < 20; ++column)
      BOOST_REQUIRE(back[row * 20 + column] == values[(row + 3) * 33 + column + 4]);
}

BOOST_DATA_TEST_CASE(random_boxes_behave_like_an_array, kThreadCounts, threads) {
  // Once with a roomy cache, once with one of two chunks.
  for (const std::uint64_t memory_bytes : {std::uint64_t{1} << 20U, std::uint64_t{800}}) {
    ChunkBench bench({40, 30}, {8, 11}, threads, 700, memory_bytes);
    std::vector<int> model(40 * 30, 0x11111111);
    std::mt19937 random(7);
    for (unsigned step = 0; step < 300; ++step) {
      const std::uint64_t row = random() % 40;
      const std::uint64_t column = random() % 30;
      const Box box{{row, column}, {random() % (40 - row) + 1, random() % (30 - column) + 1}};
      std::vector<int> values = numbers(element_count(box), step);
      const bool writes = random() % 2 == 0;
      BOOST_REQUIRE(is(writes ? bench.write(box, values) : bench.read(box, values), Kind::kDone));
      for (std::size_t i = 0; i < values.size(); ++i) {
        int& element = model[(row + i / box.length[1]) * 30 + column + i % box.length[1]];
        if (writes) element = values[i];
        BOOST_REQUIRE(element == values[i]);
      }
      if (random() % 10 == 0) BOOST_REQUIRE(bench.flush());
    }
  }
}

BOOST_DATA_TEST_CASE(converted_elements_are_written_and_read, kThreadCounts, threads) {
  ChunkBench bench({10, 9}, {4, 4}, threads);
  std::vector<long> values(90);
  for (std::size_t i = 0; i < 90; ++i) values[i] = static_cast<long>(i);
  const Box whole{{0, 0}, {10, 9}};
  Negation write(sizeof(long), sizeof(int));
  bench.converter = &write;
  const StridedBytes wide = dense_layout(whole.length, sizeof(long));
  BOOST_TEST(is(
      write_box(bench.target(), whole, {reinterpret_cast<const std::byte*>(values.data()), wide}),
      Kind::kDone));
  BOOST_TEST(bench.flush());
  BOOST_TEST(bench.stored({4, 4})[5] == -(5 * 9 + 5));
  Negation read(sizeof(int), sizeof(long));
  bench.converter = &read;
  std::vector<long> back(90);
  BOOST_TEST(is(read_box(bench.target(), whole, {reinterpret_cast<std::byte*>(back.data()), wide}),
                Kind::kDone));
  BOOST_TEST((back == values));
}

BOOST_DATA_TEST_CASE(large_parts_are_converted_piece_by_piece, kThreadCounts, threads) {
  constexpr std::size_t kRows = 1300;
  constexpr std::size_t kColumns = 1100;
  ChunkBench bench({kRows, kColumns}, {1200, 1000}, threads);
  const Box most{{1, 2}, {kRows - 3, kColumns - 5}};
  const std::size_t count = element_count(most);
  std::vector<long> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<long>(i);
  const StridedBytes wide = dense_layout(most.length, sizeof(long));
  Negation write(sizeof(long), sizeof(int));
  bench.converter = &write;
  const auto* const bytes = reinterpret_cast<const std::byte*>(values.data());
  BOOST_TEST(is(write_box(bench.target(), most, {bytes, wide}), Kind::kDone));
  BOOST_TEST(write.calls > 4);
  Negation read(sizeof(int), sizeof(long));
  bench.converter = &read;
  // From the cache, then from the store.
  for (int round = 0; round < 2; ++round) {
    std::vector<long> back(count);
    BOOST_TEST(is(read_box(bench.target(), most, {reinterpret_cast<std::byte*>(back.data()), wide}),
                  Kind::kDone));
    BOOST_TEST((back == values));
    BOOST_TEST(bench.flush());
    bench.cache.forget_all();
  }
  BOOST_TEST(read.calls > 8);
}

BOOST_DATA_TEST_CASE(large_parts_keep_their_background, kThreadCounts, threads) {
  constexpr std::size_t kRows = 1300;
  constexpr std::size_t kColumns = 1100;
  ChunkBench bench({kRows, kColumns}, {1200, 1050}, threads);
  const Box whole{{0, 0}, {kRows, kColumns}};
  std::vector<int> values = numbers(kRows * kColumns, 3);
  const std::vector<int> changes = numbers(kRows * kColumns, 4);
  BOOST_TEST(is(bench.write(whole, values), Kind::kDone));
  OddOnly odd_only;
  bench.converter = &odd_only;
  BOOST_TEST(is(bench.write(whole, changes), Kind::kDone));
  for (std::size_t i = 0; i < values.size(); ++i)
    if (changes[i] % 2 != 0) values[i] = changes[i];
  // A read keeps what the program's buffer has: -1.
  std::vector<int> back;
  BOOST_TEST(is(bench.read(whole, back), Kind::kDone));
  for (std::size_t i = 0; i < values.size(); ++i)
    BOOST_REQUIRE(back[i] == (values[i] % 2 != 0 ? values[i] : -1));
  BOOST_TEST(odd_only.most * sizeof(int) <= kConvertedBytes);
  bench.converter = nullptr;
  BOOST_TEST(is(bench.read(whole, back), Kind::kDone));
  BOOST_TEST((back == values));
}

BOOST_AUTO_TEST_CASE(failing_conversion_fails_the_call_and_changes_no_chunk) {
  ChunkBench bench({8}, {4}, 2);
  BOOST_TEST(is(bench.write({{0}, {8}}, {1, 2, 3, 4, 5, 6, 7, 8}), Kind::kDone));
  Negation write(sizeof(long), sizeof(int));
  write.fail_at = 0;
  bench.converter = &write;
  const std::vector<long> values(8, 9);
  BOOST_TEST(is(write_box(bench.target(), {{0}, {8}},
                          {reinterpret_cast<const std::byte*>(values.data()),
                           dense_layout({8}, sizeof(long))}),
                Kind::kFailed));
  bench.converter = nullptr;
  std::vector<int> back;
  BOOST_TEST(is(bench.read({{0}, {8}}, back), Kind::kDone));
  BOOST_TEST((back == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8}));
}

BOOST_DATA_TEST_CASE(edge_chunks_are_padded_with_the_fill_value, kThreadCounts, threads) {
  ChunkBench bench({4}, {3}, threads);
  BOOST_TEST(is(bench.write({{0}, {4}}, {1, 2, 3, 4}), Kind::kDone));
  BOOST_TEST(bench.flush());
  BOOST_TEST((bench.stored({3}) == std::vector<int>{4, 0x11111111, 0x11111111}));
}

BOOST_DATA_TEST_CASE(rewritten_edge_chunk_keeps_what_lies_outside_the_extent, kThreadCounts,
                     threads) {
  ChunkBench bench({6}, {3}, threads);
  BOOST_TEST(is(bench.write({{0}, {6}}, {1, 2, 3, 4, 5, 6}), Kind::kDone));
  bench.extent = {4};  // shrunk; stock keeps the rest of the chunk as well
  BOOST_TEST(is(bench.write({{0}, {4}}, {9, 9, 9, 9}), Kind::kDone));
  bench.extent = {6};
  std::vector<int> back;
  BOOST_TEST(is(bench.read({{0}, {6}}, back), Kind::kDone));
  BOOST_TEST((back == std::vector<int>{9, 9, 9, 9, 5, 6}));
}

BOOST_DATA_TEST_CASE(partial_chunk_keeps_its_other_elements, kThreadCounts, threads) {
  ChunkBench bench({9}, {3}, threads);
  BOOST_TEST(is(bench.write({{0}, {9}}, numbers(9, 1)), Kind::kDone));
  BOOST_TEST(bench.flush());
  BOOST_TEST(is(bench.write({{1}, {5}}, {1, 2, 3, 4, 5}), Kind::kDone));
  BOOST_TEST(bench.flush());
  BOOST_TEST((bench.stored({0}) == std::vector<int>{numbers(9, 1)[0], 1, 2}));
  BOOST_TEST((bench.stored({3}) == std::vector<int>{3, 4, 5}));
}

BOOST_DATA_TEST_CASE(absent_chunks_read_as_fill_value, kThreadCounts, threads) {
  ChunkBench bench({30}, {10}, threads);
  BOOST_TEST(is(bench.write({{10}, {10}}, numbers(10, 1)), Kind::kDone));
  std::vector<int> back;
  BOOST_TEST(is(bench.read({{5}, {20}}, back), Kind::kDone));
  BOOST_TEST(back[4] == 0x11111111);
  BOOST_TEST(back[5] == numbers(10, 1)[0]);
  BOOST_TEST(back[15] == 0x11111111);
  bench.format.absent_reads_fill = false;
  BOOST_TEST(is(bench.read({{5}, {20}}, back), Kind::kGiveUp));
}

BOOST_DATA_TEST_CASE(masked_chunks_are_read_but_left_to_stock_for_writing, kThreadCounts, threads) {
  ChunkBench bench({40}, {10}, threads);
  const std::vector<int> values = numbers(40, 3);
  // Stock HDF5 leaves deflate, the second filter, out of chunks that do not compress.
  ChunkCodec shuffle({bench.format.filters[0]}, DeflateMode::kBalanced);
  for (std::uint64_t start = 0; start < 40; start += 10) {
    const auto stored = shuffle.encode(std::as_bytes(std::span(values).subspan(start, 10)));
    bench.store.chunks[{start}].assign(stored.begin(), stored.end());
  }
  bench.store.filter_mask = 2;
  std::vector<int> back;
  BOOST_TEST(is(bench.read({{0}, {40}}, back), Kind::kDone));
  BOOST_TEST((back == values));
  BOOST_TEST(is(bench.read({{5}, {30}}, back), Kind::kDone));
  BOOST_TEST(back[0] == values[5]);
  BOOST_TEST(is(bench.write({{12}, {3}}, {1, 2, 3}), Kind::kGiveUp));
  bench.cache.forget_all();
  BOOST_TEST(is(bench.write({{12}, {3}}, {1, 2, 3}), Kind::kGiveUp));
}

BOOST_DATA_TEST_CASE(damaged_chunks_are_given_up, kThreadCounts, threads) {
  ChunkBench bench({100}, {10}, threads);
  const Box whole{{0}, {100}};
  const Box part{{5}, {90}};
  std::vector<int> back;
  BOOST_TEST(is(bench.write(whole, numbers(100, 3)), Kind::kDone));
  BOOST_TEST(bench.flush());
  for (const Box& box : {whole, part}) {
    bench.cache.forget_all();
    const auto intact = bench.store.chunks;
    bench.store.chunks.at({90}).resize(7);
    BOOST_TEST(is(bench.read(box, back), Kind::kGiveUp));
    BOOST_TEST(is(bench.write({{95}, {2}}, {1, 2}), Kind::kGiveUp));
    bench.store.chunks.at({90}).assign(1000000, std::byte{1});  // far larger than any encoded chunk
    BOOST_TEST(is(bench.read(box, back), Kind::kGiveUp));
    bench.store.chunks = intact;
    bench.store.index_is_damaged = true;
    BOOST_TEST(is(bench.read(box, back), Kind::kGiveUp));
    BOOST_TEST(is(bench.write({{95}, {2}}, {1, 2}), Kind::kGiveUp));
    bench.store.index_is_damaged = false;
    BOOST_TEST(is(bench.read(box, back), Kind::kDone));
  }
}

BOOST_DATA_TEST_CASE(failing_store_ends_the_write_without_losing_a_job, kThreadCounts, threads) {
  for (int fail_at = 0; fail_at < 20; ++fail_at) {
    ChunkBench bench({200}, {10}, threads);
    bench.store.fail_write_at = fail_at;
    BOOST_TEST(is(bench.write({{0}, {200}}, numbers(200, 4)), Kind::kFailed));
    BOOST_TEST(bench.store.chunks.size() == static_cast<std::size_t>(fail_at));
  }
}

BOOST_AUTO_TEST_CASE(chunk_beyond_the_memory_limit_is_left_to_stock) {
  ChunkBench bench({1000}, {1000}, 2, 0, 100);
  std::vector<int> back;
  BOOST_TEST(is(bench.write({{0}, {999}}, numbers(999, 5)), Kind::kGiveUp));
  BOOST_TEST(bench.write({{0}, {999}}, numbers(999, 5)).native_reason == "memory_budget");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
