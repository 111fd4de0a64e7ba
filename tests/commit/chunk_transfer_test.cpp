// The parallel chunk writer and reader over a store in memory: against a plain array, and with
// every kind of trouble that a store can make.
#include "commit/chunk_transfer.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <map>
#include <random>

namespace h5pave {

namespace {

/// Chunks in a map; `fail_write_at` makes that write fail, counted from 0.
class MemoryStore : public ChunkStore {
 public:
  std::optional<std::uint64_t> stored_bytes(const Extent& offset) override {
    const auto found = chunks.find(offset);
    if (found == chunks.end()) return std::nullopt;
    return found->second.size();
  }
  std::optional<std::uint32_t> read(const Extent& offset, std::span<std::byte> stored) override {
    std::memcpy(stored.data(), chunks.at(offset).data(), stored.size());
    return filter_mask;
  }
  bool write(const Extent& offset, std::span<const std::byte> stored) override {
    if (writes++ == fail_write_at) return false;
    chunks[offset].assign(stored.begin(), stored.end());
    return true;
  }

  std::map<Extent, std::vector<std::byte>> chunks;
  std::uint32_t filter_mask = 0;
  int writes = 0;
  int fail_write_at = -1;
};

/// A dataset of `int` with gzip and shuffle, its workshop and store.
struct Bench {
  Bench(Extent dataset_extent, Extent chunk, unsigned threads)
      : extent(std::move(dataset_extent)), pool(threads), slots(std::size_t{64} << 20) {
    format.chunk = std::move(chunk);
    format.element_bytes = sizeof(int);
    format.filters = {{FilterStep::Kind::kShuffle, sizeof(int)}, {FilterStep::Kind::kDeflate, 4}};
    format.fill.assign(sizeof(int), std::byte{0x11});
  }

  Workshop workshop() {
    return {pool.thread_count() > 1 ? &pool : nullptr, slots, DeflateMode::kBalanced};
  }

  TransferEnd write(const Box& box, const std::vector<int>& values) {
    return write_chunks(
        format, extent, box,
        {reinterpret_cast<const std::byte*>(values.data()), dense_layout(box.length, sizeof(int))},
        workshop(), store);
  }

  TransferEnd read(const Box& box, std::vector<int>& values) {
    values.assign(element_count(box), -1);
    return read_chunks(
        format, box,
        {reinterpret_cast<std::byte*>(values.data()), dense_layout(box.length, sizeof(int))},
        workshop(), store);
  }

  Extent extent;
  ChunkFormat format;
  ThreadPool pool;
  SlotPool slots;
  MemoryStore store;
};

std::vector<int> numbers(std::uint64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<int> values(count);
  for (int& value : values) value = static_cast<int>(random() % 1000);
  return values;
}

bool is(TransferEnd end, TransferEnd expected) { return end == expected; }

const auto kThreadCounts = boost::unit_test::data::make({1U, 2U, 5U});

}  // namespace

BOOST_AUTO_TEST_SUITE(chunk_transfer)

BOOST_DATA_TEST_CASE(what_is_written_is_read, kThreadCounts, threads) {
  Bench bench({50, 33}, {7, 5}, threads);
  const Box whole{{0, 0}, {50, 33}};
  const std::vector<int> values = numbers(50 * 33, 1);
  BOOST_TEST(is(bench.write(whole, values), TransferEnd::kDone));
  BOOST_TEST(bench.store.chunks.size() == 8U * 7U);
  std::vector<int> back;
  BOOST_TEST(is(bench.read(whole, back), TransferEnd::kDone));
  BOOST_TEST((back == values));
  BOOST_TEST(is(bench.read({{3, 4}, {40, 20}}, back), TransferEnd::kDone));
  for (std::size_t row = 0; row < 40; ++row)
    for (std::size_t column = 0; column < 20; ++column)
      BOOST_REQUIRE(back[row * 20 + column] == values[(row + 3) * 33 + column + 4]);
}

BOOST_DATA_TEST_CASE(edge_chunks_are_padded_with_the_fill_value, kThreadCounts, threads) {
  Bench bench({4}, {3}, threads);
  BOOST_TEST(is(bench.write({{0}, {4}}, {1, 2, 3, 4}), TransferEnd::kDone));
  ChunkCodec codec(bench.format.filters, DeflateMode::kBalanced);
  std::vector<int> edge(3);
  BOOST_REQUIRE(codec.decode(bench.store.chunks.at({3}), std::as_writable_bytes(std::span(edge))));
  BOOST_TEST((edge == std::vector<int>{4, 0x11111111, 0x11111111}));
}

BOOST_DATA_TEST_CASE(rewritten_edge_chunk_keeps_what_lies_outside_the_extent, kThreadCounts,
                     threads) {
  Bench bench({6}, {3}, threads);
  BOOST_TEST(is(bench.write({{0}, {6}}, {1, 2, 3, 4, 5, 6}), TransferEnd::kDone));
  bench.extent = {4};  // shrunk; stock keeps the rest of the chunk as well
  BOOST_TEST(is(bench.write({{0}, {4}}, {9, 9, 9, 9}), TransferEnd::kDone));
  std::vector<int> back;
  BOOST_TEST(is(bench.read({{0}, {6}}, back), TransferEnd::kDone));
  BOOST_TEST((back == std::vector<int>{9, 9, 9, 9, 5, 6}));
}

BOOST_AUTO_TEST_CASE(partial_chunk_is_not_written) {
  Bench bench({9}, {3}, 2);
  BOOST_TEST(is(bench.write({{1}, {5}}, numbers(5, 2)), TransferEnd::kGiveUp));
  BOOST_TEST(bench.store.chunks.empty());
}

BOOST_DATA_TEST_CASE(absent_masked_and_damaged_chunks_are_given_up, kThreadCounts, threads) {
  Bench bench({100}, {10}, threads);
  const Box whole{{0}, {100}};
  std::vector<int> back;
  BOOST_TEST(is(bench.read(whole, back), TransferEnd::kGiveUp));
  BOOST_TEST(is(bench.write(whole, numbers(100, 3)), TransferEnd::kDone));
  bench.store.filter_mask = 1;
  BOOST_TEST(is(bench.read(whole, back), TransferEnd::kGiveUp));
  bench.store.filter_mask = 0;
  bench.store.chunks.at({50}).resize(7);
  BOOST_TEST(is(bench.read(whole, back), TransferEnd::kGiveUp));
  bench.store.chunks.at({50}).assign(1000000, std::byte{1});  // far larger than any encoded chunk
  BOOST_TEST(is(bench.read(whole, back), TransferEnd::kGiveUp));
}

BOOST_DATA_TEST_CASE(failing_store_ends_the_write_without_losing_a_job, kThreadCounts, threads) {
  for (int fail_at = 0; fail_at < 20; ++fail_at) {
    Bench bench({200}, {10}, threads);
    bench.store.fail_write_at = fail_at;
    BOOST_TEST(is(bench.write({{0}, {200}}, numbers(200, 4)), TransferEnd::kStoreFailed));
    BOOST_TEST(bench.store.chunks.size() == static_cast<std::size_t>(fail_at));
  }
}

BOOST_AUTO_TEST_CASE(chunk_beyond_the_memory_limit_is_left_to_stock) {
  Bench bench({1000}, {1000}, 2);
  SlotPool small(1000);
  const std::vector<int> values = numbers(1000, 5);
  const TransferEnd end = write_chunks(
      bench.format, bench.extent, {{0}, {1000}},
      {reinterpret_cast<const std::byte*>(values.data()), dense_layout({1000}, sizeof(int))},
      {&bench.pool, small, DeflateMode::kBalanced}, bench.store);
  BOOST_TEST(is(end, TransferEnd::kGiveUp));
}

BOOST_AUTO_TEST_CASE(kept_slots_stay_inside_the_memory_limit) {
  SlotPool pool(std::size_t{1} << 20);
  const FilterSteps steps{{FilterStep::Kind::kDeflate, 1}};
  auto large = pool.take(steps, DeflateMode::kBalanced);
  large->raw.get(std::size_t{2} << 20);
  pool.give_back(std::move(large));
  BOOST_TEST(pool.take(steps, DeflateMode::kBalanced)->raw.capacity() == 0U);
  auto small = pool.take(steps, DeflateMode::kBalanced);
  small->raw.get(1000);
  pool.give_back(std::move(small));
  BOOST_TEST(pool.take(steps, DeflateMode::kBalanced)->raw.capacity() == 1000U);
  BOOST_TEST(pool.take({{FilterStep::Kind::kDeflate, 2}}, DeflateMode::kBalanced)->raw.capacity() ==
             0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
