// Every rank must compute the same plan; its rules, one by one.
#include "mpi/write_plan.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

const std::vector<TouchedChunk> kTouched{{0, 10}, {1, 4}, {5, 8},  // rank 0
                                         {1, 6},  {5, 8},          // rank 1
                                         {2, 3}};                  // rank 3
const std::vector<std::uint64_t> kCounts{3, 2, 0, 1};

std::vector<std::uint64_t> numbers(std::span<const PlannedChunk> chunks) {
  std::vector<std::uint64_t> result;
  for (const PlannedChunk& chunk : chunks) result.push_back(chunk.number);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(write_plan)

BOOST_AUTO_TEST_CASE(most_bytes_own_a_chunk_then_the_lowest_rank) {
  const WritePlan plan(kTouched, kCounts, 100);
  BOOST_TEST(plan.chunk(0).owner == 0);
  BOOST_TEST(plan.chunk(1).owner == 1);
  BOOST_TEST(plan.chunk(2).owner == 3);
  BOOST_TEST(plan.chunk(5).owner == 0);
  BOOST_TEST(plan.chunk(5).writers == 2);
  BOOST_TEST(plan.chunk(5).bytes == 16U);
  BOOST_CHECK_THROW(static_cast<void>(plan.chunk(3)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(chunks_of_a_rank_follow_each_other) {
  const WritePlan plan(kTouched, kCounts, 100);
  BOOST_TEST(plan.rounds() == 1U);
  BOOST_TEST(numbers(plan.round(0)) == (std::vector<std::uint64_t>{0, 5, 1, 2}));
}

BOOST_AUTO_TEST_CASE(rounds_bound_the_chunks_of_each_rank) {
  const WritePlan plan(kTouched, kCounts, 1);
  BOOST_TEST(plan.rounds() == 2U);
  BOOST_TEST(numbers(plan.round(0)) == (std::vector<std::uint64_t>{0, 1, 2}));
  BOOST_TEST(numbers(plan.round(1)) == (std::vector<std::uint64_t>{5}));
}

BOOST_AUTO_TEST_CASE(pieces_go_to_owners_in_their_round) {
  const WritePlan plan(kTouched, kCounts, 1);
  BOOST_TEST(plan.sends(0, 0, 1));  // chunk 1
  BOOST_TEST(plan.sends(1, 1, 0));  // chunk 5
  BOOST_TEST(!plan.sends(0, 1, 0));
  BOOST_TEST(plan.is_shared(0));
  BOOST_TEST(plan.is_shared(1));
  BOOST_TEST(
      !WritePlan(std::vector<TouchedChunk>{{3, 1}}, std::vector<std::uint64_t>{1}, 1).is_shared(0));
}

BOOST_AUTO_TEST_CASE(a_write_of_nothing_has_no_rounds) {
  const WritePlan plan({}, std::vector<std::uint64_t>{0, 0}, 7);
  BOOST_TEST(plan.rounds() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
