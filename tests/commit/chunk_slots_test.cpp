#include "commit/chunk_slots.h"

#include <boost/test/unit_test.hpp>

#include "commit/chunk_format.h"

namespace h5pave {

namespace {

const FilterSteps kSteps{{FilterStep::Kind::kDeflate, 1}};
const FilterSteps kOthers{{FilterStep::Kind::kDeflate, 2}};

ChunkFormat format_of(std::uint64_t chunk_bytes) {
  ChunkFormat format;
  format.chunk = {chunk_bytes};
  format.element_bytes = 1;
  format.filters = kSteps;
  return format;
}

std::size_t work(std::uint64_t slots, std::uint64_t coders, std::uint64_t chunk_bytes) {
  return static_cast<std::size_t>(slots * slot_bytes(chunk_bytes) +
                                  coders *
                                      coder_bytes(kSteps, DeflateMode::kBalanced, chunk_bytes));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slot_pool)

BOOST_AUTO_TEST_CASE(slots_are_kept_for_any_filters_inside_the_memory_limit) {
  SlotPool pool(static_cast<std::size_t>(2 * slot_bytes(1000)));
  const auto capacity = [&pool](const FilterSteps& wanted) {
    return pool.take(wanted, DeflateMode::kBalanced, 1000)->raw.capacity();
  };
  pool.take(kSteps, DeflateMode::kBalanced, 1000)->raw.get(1000);
  BOOST_TEST(capacity(kSteps) == 1000U);
  BOOST_TEST(capacity(kOthers) == 1000U);
  {
    // Three in use leave no room for a kept one.
    const SlotLease first = pool.take(kOthers, DeflateMode::kBalanced, 1000);
    const SlotLease second = pool.take(kOthers, DeflateMode::kBalanced, 1000);
    const SlotLease third = pool.take(kOthers, DeflateMode::kBalanced, 1000);
    BOOST_TEST(first->raw.capacity() == 1000U);
    BOOST_TEST(third->raw.capacity() == 0U);
    BOOST_TEST(pool.bytes_in_use() == 3 * slot_bytes(1000));
    first->raw.get(static_cast<std::size_t>(3 * slot_bytes(1000)));
  }
  BOOST_TEST(pool.bytes_in_use() == 0U);
  BOOST_TEST(capacity(kSteps) == 0U);
}

BOOST_AUTO_TEST_CASE(a_kept_slot_counts_what_it_has_really_taken) {
  SlotPool pool(1'000'000);
  pool.take(kSteps, DeflateMode::kBalanced, 100'000)->raw.get(1000);
  BOOST_TEST(pool.counted_bytes() == 1000U);
  {
    const SlotLease again = pool.take(kSteps, DeflateMode::kBalanced, 100'000);
    BOOST_TEST(pool.counted_bytes() == slot_bytes(100'000));
    again->encoded.get(5000);
  }
  BOOST_TEST(pool.counted_bytes() == 6000U);
}

BOOST_AUTO_TEST_CASE(a_small_chunk_does_not_get_a_huge_slot) {
  SlotPool pool(10'000'000);
  pool.take(kSteps, DeflateMode::kBalanced, 1'000'000)->raw.get(1'000'000);
  BOOST_TEST(pool.take(kSteps, DeflateMode::kBalanced, 1000)->raw.capacity() == 0U);
  BOOST_TEST(pool.take(kSteps, DeflateMode::kBalanced, 900'000)->raw.capacity() >= 1'000'000U);
}

BOOST_AUTO_TEST_CASE(coders_are_kept_for_the_same_filters) {
  SlotPool pool(100'000'000);
  const auto* const first = pool.take_coder(kSteps, DeflateMode::kBalanced, 1000).get();
  BOOST_TEST(pool.take_coder(kSteps, DeflateMode::kBalanced, 1000).get() == first);
  const CoderLease other = pool.take_coder(kOthers, DeflateMode::kBalanced, 1000);
  BOOST_TEST(other.get() != first);
  BOOST_TEST(pool.take_coder(kSteps, DeflateMode::kFast, 1000).get() != first);
  BOOST_TEST(pool.take_coder(kSteps, DeflateMode::kBalanced, 1000).get() == first);
}

BOOST_AUTO_TEST_CASE(jobs_are_as_many_as_the_memory_allows) {
  constexpr std::uint64_t kChunk = 1'000'000;
  const ChunkFormat format = format_of(kChunk);
  ThreadPool threads(2);
  const auto jobs = [&](std::size_t memory_bytes) {
    SlotPool pool(memory_bytes);
    return jobs_at_a_time(format, {&threads, pool, DeflateMode::kBalanced});
  };
  BOOST_TEST(jobs(work(1, 1, kChunk) - 1) == 0U);
  BOOST_TEST(jobs(work(1, 1, kChunk)) == 1U);
  BOOST_TEST(jobs(work(3, 3, kChunk)) == 3U);
  BOOST_TEST(jobs(work(4, 3, kChunk)) == 4U);
  BOOST_TEST(jobs(work(50, 50, kChunk)) == 5U);
  SlotPool pool(work(50, 50, kChunk));
  BOOST_TEST(jobs_at_a_time(format, {nullptr, pool, DeflateMode::kBalanced}) == 1U);
}

BOOST_AUTO_TEST_CASE(what_other_chunks_in_work_take_is_not_given_out_again) {
  constexpr std::uint64_t kChunk = 1'000'000;
  const ChunkFormat format = format_of(kChunk);
  ThreadPool threads(2);
  SlotPool pool(work(5, 3, kChunk));
  const Workshop workshop{&threads, pool, DeflateMode::kBalanced};
  BOOST_TEST(more_jobs(format, workshop) == 5U);
  {
    const SlotLease first = take_slot(format, workshop);
    const SlotLease second = take_slot(format, workshop);
    BOOST_TEST(more_jobs(format, workshop) == 3U);
    BOOST_TEST(jobs_at_a_time(format, workshop) == 5U);
  }
  BOOST_TEST(more_jobs(format, workshop) == 5U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
