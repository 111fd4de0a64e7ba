// The index advisor: its choice follows libhdf5's rules, and its guards keep working programs
// alive.
#include "advisor/index_rules.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

constexpr auto kInf = kUnlimited;

IndexQuestion question(ChunkedShape shape) {
  IndexQuestion result;
  result.shape = std::move(shape);
  return result;
}

/// A float32 dataset.
IndexQuestion float_question(std::vector<std::uint64_t> extent, std::vector<std::uint64_t> max,
                             std::vector<std::uint64_t> chunk) {
  return question({std::move(extent), std::move(max), std::move(chunk), 4});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(index_rules)

BOOST_AUTO_TEST_CASE(fixed_extent_gets_fixed_array) {
  const IndexAdvice advice = advise_index(float_question({30, 10}, {30, 10}, {5, 5}));
  BOOST_TEST(static_cast<int>(advice.before) == static_cast<int>(IndexKind::kBtree1));
  BOOST_TEST(static_cast<int>(advice.after) == static_cast<int>(IndexKind::kFixedArray));
  BOOST_TEST(static_cast<int>(advice.amendment) == static_cast<int>(Amendment::kModernLayout));
}

BOOST_AUTO_TEST_CASE(chunk_equal_to_extent_needs_maximum_equal_too) {
  BOOST_TEST(
      (advise_index(float_question({30, 10}, {30, 10}, {30, 10})).after == IndexKind::kSingle));
  BOOST_TEST(
      (advise_index(float_question({30, 10}, {60, 10}, {30, 10})).after == IndexKind::kFixedArray));
}

BOOST_AUTO_TEST_CASE(unlimited_dimensions_decide) {
  BOOST_TEST((advise_index(float_question({30, 10}, {kInf, 10}, {3, 2})).after ==
              IndexKind::kExtensibleArray));
  BOOST_TEST((advise_index(float_question({30, 10}, {30, kInf}, {3, 2})).after ==
              IndexKind::kExtensibleArray));
  BOOST_TEST(
      (advise_index(float_question({30, 10}, {kInf, kInf}, {5, 5})).after == IndexKind::kBtree2));
}

BOOST_AUTO_TEST_CASE(early_allocation_without_filter_gets_implicit) {
  IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  asked.allocation = Allocation::kEarly;
  BOOST_TEST((advise_index(asked).after == IndexKind::kImplicit));
  BOOST_TEST((advise_index(asked).amendment == Amendment::kModernLayout));
  asked.filters = Filters::kSome;
  BOOST_TEST((advise_index(asked).after == IndexKind::kFixedArray));
}

BOOST_AUTO_TEST_CASE(mpi_file_allocates_early_anyway) {
  IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  asked.driver = FileDriver::kMpi;
  BOOST_TEST((advise_index(asked).after == IndexKind::kImplicit));
  BOOST_TEST((advise_index(asked).amendment == Amendment::kModernLayoutAllocated));
  asked.filters = Filters::kSome;
  BOOST_TEST((advise_index(asked).after == IndexKind::kFixedArray));
}

BOOST_AUTO_TEST_CASE(implicit_is_not_chosen_for_a_maximum_far_beyond_the_extent) {
  IndexQuestion asked = float_question({10}, {1'000'000'000}, {10});
  asked.allocation = Allocation::kEarly;
  const IndexAdvice advice = advise_index(asked);
  BOOST_TEST((advice.after == IndexKind::kBtree1));
  BOOST_TEST((advice.reason == IndexReason::kImplicitTooLarge));
}

BOOST_AUTO_TEST_CASE(version_bounds_of_the_file_are_respected) {
  IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  asked.bounds = FileBounds::kForbidsModern;
  BOOST_TEST((advise_index(asked).after == IndexKind::kBtree1));
  BOOST_TEST((advise_index(asked).reason == IndexReason::kFileBoundsOld));
  asked.bounds = FileBounds::kForcesModern;
  BOOST_TEST((advise_index(asked).before == IndexKind::kFixedArray));
  BOOST_TEST((advise_index(asked).amendment == Amendment::kNone));
}

BOOST_AUTO_TEST_CASE(compat_keeps_the_old_index_and_refuses_a_new_one) {
  IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  asked.old_readers = OldReaders::kYes;
  BOOST_TEST((advise_index(asked).reason == IndexReason::kOldReaders));
  asked.request = IndexRequest::kFixedArray;
  const IndexAdvice advice = advise_index(asked);
  BOOST_TEST(advice.refused);
  BOOST_TEST((advice.legal == std::vector{IndexKind::kBtree1}));
}

BOOST_AUTO_TEST_CASE(write_beyond_the_limits_of_an_extensible_array_never_happens) {
  // Shape (3, 10), maximum (None, 10^12), chunk (1, 1) crashes libhdf5 as an Extensible Array.
  const IndexAdvice advice =
      advise_index(float_question({3, 10}, {kInf, 1'000'000'000'000}, {1, 1}));
  BOOST_TEST((advice.after == IndexKind::kBtree1));
  BOOST_TEST((advice.reason == IndexReason::kExtensibleTooMany));
}

BOOST_AUTO_TEST_CASE(extensible_array_limit_is_two_to_the_sixteen_slots_per_step) {
  const std::uint64_t limit = 65536;
  BOOST_TEST((advise_index(float_question({1, limit}, {kInf, limit}, {1, 1})).after ==
              IndexKind::kExtensibleArray));
  BOOST_TEST((advise_index(float_question({1, limit + 1}, {kInf, limit + 1}, {1, 1})).reason ==
              IndexReason::kExtensibleTooMany));
}

BOOST_AUTO_TEST_CASE(extensible_array_far_larger_than_its_use_keeps_the_old_index) {
  BOOST_TEST((advise_index(float_question({10, 10}, {kInf, 60000}, {1, 1})).reason ==
              IndexReason::kExtensibleTooSparse));
  // An empty dimension tells nothing about its use.
  BOOST_TEST((advise_index(float_question({0, 0}, {kInf, 1000}, {1, 10})).after ==
              IndexKind::kExtensibleArray));
}

BOOST_AUTO_TEST_CASE(huge_fixed_maximum_keeps_the_old_index) {
  BOOST_TEST((advise_index(float_question({10}, {1'000'000'000}, {10})).reason ==
              IndexReason::kFixedTooLarge));
  BOOST_TEST((advise_index(float_question({10}, {100'000'000'000}, {10})).reason ==
              IndexReason::kFixedTooMany));
  BOOST_TEST(
      (advise_index(float_question({10}, {kInf - 1}, {1})).reason == IndexReason::kFixedTooMany));
}

BOOST_AUTO_TEST_CASE(fixed_array_up_to_one_mebibyte_is_always_accepted) {
  const std::uint64_t slots = (std::uint64_t{1} << 20) / 8;
  BOOST_TEST((advise_index(float_question({1}, {slots}, {1})).after == IndexKind::kFixedArray));
  BOOST_TEST((advise_index(float_question({1}, {slots + 1}, {1})).after == IndexKind::kBtree1));
}

BOOST_AUTO_TEST_CASE(large_dense_dataset_may_have_an_index_of_five_percent) {
  // 1,000,000 chunks of 4 KiB: an index of 8 MB beside 4 GB.
  BOOST_TEST((advise_index(float_question({1'024'000'000}, {1'024'000'000}, {1024})).after ==
              IndexKind::kFixedArray));
}

BOOST_AUTO_TEST_CASE(huge_sparse_extent_does_not_become_a_file_of_gigabytes) {
  // (100, 2^32) in chunks of (7, 31): 2 · 10^9 slots, 16 GB of index with the first chunk.
  const std::uint64_t wide = std::uint64_t{1} << 32;
  BOOST_TEST((advise_index(float_question({100, wide}, {100, wide}, {7, 31})).reason ==
              IndexReason::kFixedTooLarge));
}

BOOST_AUTO_TEST_CASE(override_is_followed_where_the_format_allows_it) {
  IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  asked.request = IndexRequest::kImplicit;
  BOOST_TEST((advise_index(asked).after == IndexKind::kImplicit));
  BOOST_TEST((advise_index(asked).amendment == Amendment::kModernLayoutAllocated));
  asked.request = IndexRequest::kBtree1;
  BOOST_TEST((advise_index(asked).amendment == Amendment::kNone));
}

BOOST_AUTO_TEST_CASE(impossible_override_names_the_legal_ones_and_falls_back) {
  IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  asked.filters = Filters::kSome;
  asked.request = IndexRequest::kImplicit;
  const IndexAdvice advice = advise_index(asked);
  BOOST_TEST(advice.refused);
  BOOST_TEST((advice.after == IndexKind::kFixedArray));
  const std::string line = explain_refusal(asked, advice);
  BOOST_TEST(line.find("btree1, fixed") != std::string::npos);
  BOOST_TEST(line.find("index=implicit") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(old_index_cannot_be_had_when_the_low_bound_is_modern) {
  IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  asked.bounds = FileBounds::kForcesModern;
  asked.request = IndexRequest::kBtree1;
  BOOST_TEST(advise_index(asked).refused);
}

BOOST_AUTO_TEST_CASE(chunks_of_4_gib_never_had_a_btree) {
  // HDF5 2.x writes them with a modern index by itself, 1.14 not at all.
  const std::uint64_t side = std::uint64_t{1} << 15;
  const auto before = [side](std::uint64_t rows) {
    return advise_index(float_question({side, side}, {kUnlimited, side}, {rows, side})).before;
  };
  BOOST_CHECK(before(side) == IndexKind::kExtensibleArray);
  BOOST_CHECK(before(side - 1) == IndexKind::kBtree1);
}

BOOST_AUTO_TEST_CASE(every_reason_has_a_name_and_words) {
  const IndexQuestion asked = float_question({30, 10}, {30, 10}, {5, 5});
  for (int reason = 0; reason <= static_cast<int>(IndexReason::kImplicitTooLarge); ++reason) {
    IndexAdvice advice;
    advice.reason = static_cast<IndexReason>(reason);
    BOOST_TEST(!reason_name(advice.reason).empty());
    BOOST_TEST(!explain(asked, advice).empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(sizes)

BOOST_AUTO_TEST_CASE(products_saturate) {
  BOOST_TEST(saturating_product(kSaturated, 2) == kSaturated);
  BOOST_TEST(saturating_product(3, 4) == 12U);
  BOOST_TEST(divide_up(10, 3) == 4U);
  BOOST_TEST(divide_up(kSaturated, 1) == kSaturated);
}

BOOST_AUTO_TEST_CASE(entry_of_a_filtered_array_holds_size_and_mask) {
  BOOST_TEST(array_entry_bytes(100, false) == 8U);
  BOOST_TEST(array_entry_bytes(100, true) == 8U + 2U + 4U);  // log2 = 6: 1 + 14/8 = 2
  BOOST_TEST(array_entry_bytes(std::uint64_t{1} << 20, true) == 8U + 4U + 4U);  // 1 + 28/8 = 4
}

BOOST_AUTO_TEST_CASE(chunk_counts_round_up) {
  const ChunkedShape shape{{10, 10}, {10, kUnlimited}, {3, 3}, 4};
  BOOST_TEST(current_chunks(shape) == 16U);
  BOOST_TEST(bounded_max_chunks(shape) == 4U);
  BOOST_TEST(unlimited_current_chunks(shape) == 4U);
  BOOST_TEST(chunk_bytes(shape) == 36U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
