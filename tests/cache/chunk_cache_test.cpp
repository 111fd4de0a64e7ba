// The chunk cache over a store in memory: what reaches the store, when, and what a failure leaves.
#include "cache/chunk_cache.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "support/chunk_bench.h"

namespace h5pave {

namespace {

using Kind = TransferEnd::Kind;

const auto kThreadCounts = boost::unit_test::data::make({1U, 3U});
constexpr std::uint64_t kChunkBytes = 10 * sizeof(int);

bool write_rows(ChunkBench& bench, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t row = first; row < first + count; ++row) {
    if (bench.write({{row}, {1}}, {static_cast<int>(row)}).kind != Kind::kDone) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chunk_cache)

BOOST_DATA_TEST_CASE(rows_of_a_chunk_are_encoded_once, kThreadCounts, threads) {
  ChunkBench bench({100}, {10}, threads);
  BOOST_TEST(write_rows(bench, 0, 100));
  BOOST_TEST(bench.flush());
  BOOST_TEST(bench.store.writes == 10);
  BOOST_TEST(bench.store.reads == 0);
  BOOST_TEST(bench.stored({90})[9] == 99);
}

BOOST_DATA_TEST_CASE(complete_chunks_are_written_behind_partial_ones_kept, kThreadCounts, threads) {
  ChunkBench bench({100}, {10}, threads);
  BOOST_TEST(write_rows(bench, 0, 95));
  BOOST_TEST(bench.cache.is_dirty());
  while (!bench.store.chunks.contains({70}))
    BOOST_REQUIRE(bench.cache.commit_ended(bench.access()));
  BOOST_TEST(!bench.store.chunks.contains({90}));
}

BOOST_DATA_TEST_CASE(what_stock_would_keep_decoded_is_not_encoded_early, kThreadCounts, threads) {
  ChunkBench bench({100}, {10}, threads, 100 * sizeof(int));
  for (int round = 0; round < 5; ++round) BOOST_TEST(write_rows(bench, 0, 100));
  BOOST_TEST(bench.store.writes == 0);
  BOOST_TEST(bench.flush());
  BOOST_TEST(bench.store.writes == 10);
}

BOOST_DATA_TEST_CASE(rewriting_a_chunk_that_is_being_encoded_keeps_the_newer_values, kThreadCounts,
                     threads) {
  ChunkBench bench({1000}, {10}, threads);
  BOOST_TEST(write_rows(bench, 0, 1000));
  for (std::uint64_t row = 0; row < 1000; row += 7)
    BOOST_REQUIRE((bench.write({{row}, {1}}, {-1}).kind == Kind::kDone));
  BOOST_TEST(bench.flush());
  for (std::uint64_t row = 0; row < 1000; ++row) {
    const int expected = row % 7 == 0 ? -1 : static_cast<int>(row);
    BOOST_REQUIRE(bench.stored({row / 10 * 10})[row % 10] == expected);
  }
}

BOOST_DATA_TEST_CASE(memory_stays_inside_the_account, kThreadCounts, threads) {
  ChunkBench bench({1000}, {10}, threads, 0, 4 * kChunkBytes);
  // One element of each chunk: nothing is ever complete.
  for (int value = 0; value < 3; ++value) {
    for (std::uint64_t chunk = 0; chunk < 100; ++chunk)
      BOOST_REQUIRE((bench.write({{chunk * 10 + 3}, {1}}, {value}).kind == Kind::kDone));
    BOOST_TEST(!bench.account.take(4 * kChunkBytes, 0));
  }
  BOOST_TEST(bench.flush());
  for (std::uint64_t chunk = 0; chunk < 100; ++chunk)
    BOOST_REQUIRE(bench.stored({chunk * 10})[3] == 2);
}

BOOST_DATA_TEST_CASE(one_cache_gives_way_to_another, kThreadCounts, threads) {
  ChunkBench bench({1000}, {10}, threads, 0, 4 * kChunkBytes);
  BOOST_TEST(write_rows(bench, 0, 100));
  BOOST_TEST(bench.flush());
  std::vector<int> back;
  for (std::uint64_t chunk = 0; chunk < 10; ++chunk)
    BOOST_REQUIRE((bench.read({{chunk * 10}, {5}}, back).kind == Kind::kDone));
  ChunkCache other(bench.format, bench.account, 0);
  BOOST_TEST(other.load_to_write({500}, bench.access()).chunk != nullptr);
}

BOOST_DATA_TEST_CASE(chunk_that_cannot_be_written_is_kept_for_the_next_flush, kThreadCounts,
                     threads) {
  for (int fail_at = 0; fail_at < 10; ++fail_at) {
    ChunkBench bench({100}, {10}, threads, 1000);
    BOOST_TEST(write_rows(bench, 0, 100));
    bench.store.fail_write_at = fail_at;
    BOOST_TEST(!bench.flush());
    BOOST_TEST(bench.cache.is_dirty());
    BOOST_TEST(bench.flush());
    BOOST_TEST(!bench.cache.is_dirty());
    for (std::uint64_t row = 0; row < 100; ++row)
      BOOST_REQUIRE(bench.stored({row / 10 * 10})[row % 10] == static_cast<int>(row));
  }
}

BOOST_DATA_TEST_CASE(partial_reads_decode_a_chunk_once, kThreadCounts, threads) {
  ChunkBench bench({100}, {10}, threads);
  BOOST_TEST(write_rows(bench, 0, 100));
  BOOST_TEST(bench.flush());
  bench.cache.forget_all();
  std::vector<int> back;
  for (std::uint64_t column = 0; column < 9; ++column) {
    for (std::uint64_t chunk = 0; chunk < 10; ++chunk)
      BOOST_REQUIRE((bench.read({{chunk * 10 + column}, {1}}, back).kind == Kind::kDone));
  }
  BOOST_TEST(bench.store.reads == 10);
}

BOOST_AUTO_TEST_CASE(forked_child_has_what_the_parent_had) {
  ChunkBench bench({10000}, {10}, 3);
  BOOST_TEST(write_rows(bench, 0, 10000));
  const pid_t child = ::fork();
  if (child == 0) {
    // The parent's workers do not exist here: the child works alone, as after a fork in the plugin.
    SlotPool slots(std::size_t{1} << 20U);
    const ChunkAccess alone{bench.store, {nullptr, slots, DeflateMode::kBalanced}};
    bool right = bench.cache.flush(alone);
    for (std::uint64_t row = 0; row < 10000 && right; ++row) {
      const Extent offset{row / 10 * 10};
      if (const auto raw = bench.store.decoded_chunks.find(offset);
          raw != bench.store.decoded_chunks.end()) {
        int value = -1;
        std::memcpy(&value, raw->second.data() + row % 10 * sizeof value, sizeof value);
        right = value == static_cast<int>(row);
      } else {
        right = bench.stored(offset)[row % 10] == static_cast<int>(row);
      }
    }
    ::_exit(right ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  BOOST_TEST(status == 0);
  BOOST_TEST(bench.flush());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
