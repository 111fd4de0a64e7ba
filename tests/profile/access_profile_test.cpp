// Merging, the limits, and what the records say to the cost model.
#include "profile/access_profile.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

RecordedAccess access(AccessKind kind, Lengths lengths, std::uint64_t calls = 1) {
  RecordedAccess record;
  record.kind = kind;
  record.start = Lengths(lengths.size(), 0);
  record.lengths = std::move(lengths);
  record.calls = calls;
  return record;
}

AccessProfile profile_with(const std::string& pattern, std::vector<RecordedAccess> accesses) {
  RecordedDataset dataset;
  dataset.pattern = pattern;
  dataset.shape = {{100, 100}, {100, 100}, {10, 10}, 4};
  dataset.accesses = std::move(accesses);
  AccessProfile profile;
  profile.processes = 1;
  profile.datasets.push_back(dataset);
  return profile;
}

RecordedAccess ordered(std::uint64_t calls, std::uint64_t begun, std::uint64_t followed,
                       std::uint64_t aligned, std::uint64_t moved) {
  RecordedAccess record = access(AccessKind::kRead, {5, kWholeDimension}, calls);
  record.begun = begun;
  record.followed = followed;
  record.aligned = aligned;
  record.moved = moved;
  return record;
}

constexpr AccessKind kRead = AccessKind::kRead;
constexpr AccessKind kWrite = AccessKind::kWrite;

}  // namespace

BOOST_AUTO_TEST_SUITE(access_profile)

BOOST_AUTO_TEST_CASE(equal_accesses_add_up) {
  AccessProfile sum = profile_with("/x", {access(kRead, {1, 5}, 3)});
  merge(sum, profile_with("/x", {access(kRead, {1, 5}, 4), access(kWrite, {1, 5}, 2)}));
  BOOST_TEST(sum.processes == 2U);
  BOOST_REQUIRE(sum.datasets.size() == 1U);
  BOOST_REQUIRE(sum.datasets[0].accesses.size() == 2U);
  BOOST_TEST(sum.datasets[0].accesses[0].calls == 7U);
  BOOST_TEST(sum.datasets[0].accesses[1].calls == 2U);
}

BOOST_AUTO_TEST_CASE(datasets_of_another_rank_are_others) {
  AccessProfile sum = profile_with("/x", {access(kRead, {1, 5})});
  AccessProfile line = profile_with("/x", {access(kRead, {5})});
  line.datasets[0].shape = {{100}, {100}, {10}, 4};
  merge(sum, line);
  BOOST_TEST(sum.datasets.size() == 2U);
  BOOST_TEST(find_dataset(sum, "/x", 1)->accesses[0].lengths.size() == 1U);
  BOOST_TEST(find_dataset(sum, "/x", 3) == nullptr);
}

BOOST_AUTO_TEST_CASE(counts_stop_at_the_largest_number) {
  AccessProfile sum = profile_with("/x", {access(kRead, {1, 5}, ~std::uint64_t{0} - 1)});
  merge(sum, profile_with("/x", {access(kRead, {1, 5}, 9)}));
  BOOST_TEST(sum.datasets[0].accesses[0].calls == ~std::uint64_t{0});
}

BOOST_AUTO_TEST_CASE(boxes_without_room_count_with_the_most_alike) {
  std::vector<RecordedAccess> many;
  for (std::uint64_t i = 0; i < kMostBoxesPerKind; ++i)
    many.push_back(access(kRead, {std::uint64_t{1} << i, 5}));
  many.push_back(access(kWrite, {1, 1}));
  AccessProfile sum = profile_with("/x", {});
  merge(sum, profile_with("/x", many));
  merge(sum, profile_with("/x", {access(kRead, {9, 5}, 100), access(kWrite, {3, 3}, 1)}));
  const auto& accesses = sum.datasets[0].accesses;
  BOOST_REQUIRE(accesses.size() == kMostBoxesPerKind + 2);  // writes have room of their own
  BOOST_TEST(accesses[3].calls == 101U);                    // 8 is nearest to 9
  merge(sum, profile_with("/x", {access(kRead, {kWholeDimension, 5}, 50)}));
  BOOST_TEST(accesses.size() == kMostBoxesPerKind + 2);
}

BOOST_AUTO_TEST_CASE(batches_of_nearly_the_same_size_are_one) {
  RecordedAccess batch = access(kRead, {1, kWholeDimension});
  RecordedDataset dataset;
  for (const std::uint64_t repeats : {32, 31, 30, 27}) {
    batch.repeats = repeats;
    add_counts(access_like(dataset, batch), batch);
  }
  BOOST_TEST(dataset.accesses.size() == 1U);
  batch.repeats = 1;  // a single sample is another thing
  access_like(dataset, batch);
  BOOST_TEST(dataset.accesses.size() == 2U);
}

BOOST_AUTO_TEST_CASE(datasets_without_room_are_counted) {
  AccessProfile sum;
  for (std::size_t i = 0; i < kMostRecordedDatasets + 3; ++i)
    merge(sum, profile_with("/" + std::string(i + 1, 'x'), {access(kRead, {1, 1})}));
  BOOST_TEST(sum.datasets.size() == kMostRecordedDatasets);
  BOOST_TEST(sum.left_out == 3U);
}

BOOST_AUTO_TEST_CASE(order_becomes_placement) {
  const auto placement = [](const RecordedAccess& record) {
    const auto boxes = boxes_of(record);
    BOOST_TEST(boxes.size() == 1U);
    return boxes.front().placement;
  };
  BOOST_TEST((placement(ordered(20, 1, 19, 20, 19)) == Placement::kInOrder));
  BOOST_TEST((placement(ordered(20, 1, 16, 20, 19)) == Placement::kInOrder));
  BOOST_TEST((placement(ordered(20, 1, 1, 20, 19)) == Placement::kAligned));
  BOOST_TEST((placement(ordered(20, 1, 1, 4, 19)) == Placement::kAnywhere));
  // One call says nothing, nor do calls at the origin.
  BOOST_TEST((placement(ordered(1, 1, 0, 1, 0)) == Placement::kAnywhere));
  BOOST_TEST((placement(ordered(20, 20, 0, 20, 0)) == Placement::kAnywhere));
  // Single elements are aligned wherever they are.
  RecordedAccess column = ordered(20, 1, 0, 20, 20);
  column.lengths = {kWholeDimension, 1};
  BOOST_TEST((placement(column) == Placement::kAnywhere));
}

BOOST_AUTO_TEST_CASE(what_went_both_ways_is_two_boxes) {
  const auto boxes = boxes_of(ordered(101, 1, 50, 0, 100));
  BOOST_REQUIRE(boxes.size() == 2U);
  BOOST_TEST((boxes[0].placement == Placement::kInOrder));
  BOOST_TEST((boxes[1].placement == Placement::kAnywhere));
  BOOST_TEST(boxes[0].weight == 50.5, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(boxes[0].weight + boxes[1].weight == 101, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(accesses_become_a_spec) {
  const AccessProfile profile =
      profile_with("/x", {access(kRead, {1, kWholeDimension}, 3), access(kWrite, {2, 2}, 0)});
  const AccessSpec spec = recorded_spec(profile.datasets[0], "p.json");
  BOOST_TEST((spec.preset == AccessPreset::kBoxes));
  BOOST_REQUIRE(spec.boxes.size() == 1U);  // none for no call
  BOOST_TEST(spec.boxes[0].weight == 3);
  BOOST_TEST(spec.text == "p.json /x");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
