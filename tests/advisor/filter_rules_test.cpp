// Which filters a new dataset gets: asked for only, never instead of the program's own.
#include "advisor/filter_rules.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <set>

namespace h5pave {

namespace {

using Kind = FilterStep::Kind;

/// A chunked dataset of 4-byte elements, of which everything may be changed.
FilterQuestion question(FilterSteps steps, bool checksum = false) {
  FilterQuestion asked;
  asked.request.steps = std::move(steps);
  asked.checksum = checksum;
  asked.storage = StorageKind::kChunked;
  asked.type_is_plain = true;
  asked.element_bytes = 4;
  asked.chunk_bytes = 4096;
  return asked;
}

FilterQuestion shuffled() { return question({{Kind::kShuffle, 0}, {Kind::kDeflate, 6}}); }

std::string added(const FilterQuestion& asked) { return filters_text(advise_filters(asked).added); }

std::string refused(const FilterQuestion& asked) {
  const FilterAdvice advice = advise_filters(asked);
  BOOST_TEST(advice.added.empty());
  return reason_name(advice.reason);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_rules)

BOOST_AUTO_TEST_CASE(what_is_asked_is_added) {
  BOOST_TEST(added(shuffled()) == "shuffle, deflate:6");
  BOOST_TEST(advise_filters(shuffled()).added.front().parameter == 4U);
  BOOST_TEST(added(question({{Kind::kFletcher32, 0}})) == "fletcher32");
  BOOST_TEST(refused(question({})) == "filter:not_asked");
}

BOOST_AUTO_TEST_CASE(single_bytes_are_not_shuffled) {
  FilterQuestion asked = shuffled();
  asked.element_bytes = 1;
  BOOST_TEST(added(asked) == "deflate:6");
}

BOOST_AUTO_TEST_CASE(a_checksum_comes_last_and_once) {
  FilterQuestion asked = shuffled();
  asked.checksum = true;
  BOOST_TEST(added(asked) == "shuffle, deflate:6, fletcher32");
  asked.has_filters = true;
  BOOST_TEST(added(asked) == "fletcher32");
  asked.has_checksum = true;
  BOOST_TEST(refused(asked) == "filter:has_filters");
  BOOST_TEST(added(question({{Kind::kDeflate, 1}, {Kind::kFletcher32, 0}}, true)) ==
             "deflate:1, fletcher32");
}

BOOST_AUTO_TEST_CASE(the_programs_filters_stay) {
  FilterQuestion asked = shuffled();
  asked.has_filters = true;
  BOOST_TEST(refused(asked) == "filter:has_filters");
}

BOOST_AUTO_TEST_CASE(auto_leaves_chunks_that_cannot_gain) {
  FilterQuestion asked = shuffled();
  asked.chunk_bytes = 511;
  BOOST_TEST(added(asked) == "shuffle, deflate:6");
  asked.request.automatic = true;
  BOOST_TEST(refused(asked) == "filter:chunk_too_small");
  asked.checksum = true;
  BOOST_TEST(added(asked) == "fletcher32");
  asked.chunk_bytes = 512;
  BOOST_TEST(added(asked) == "shuffle, deflate:6, fletcher32");
}

BOOST_AUTO_TEST_CASE(what_cannot_have_filters_stays_for_a_reason) {
  const auto refusal = [](auto&& change) {
    FilterQuestion asked = shuffled();
    asked.checksum = true;
    change(asked);
    return refused(asked);
  };
  using Q = FilterQuestion;
  BOOST_TEST(refusal([](Q& q) { q.file_is_shared = true; }) == "filter:mpi_file");
  BOOST_TEST(refusal([](Q& q) { q.swmr = true; }) == "filter:swmr");
  BOOST_TEST(refusal([](Q& q) { q.storage = StorageKind::kContiguous; }) == "filter:contiguous");
  BOOST_TEST(refusal([](Q& q) { q.storage = StorageKind::kOther; }) == "filter:not_chunked");
  BOOST_TEST(refusal([](Q& q) { q.type_is_plain = false; }) == "filter:type_is_not_plain");
  BOOST_TEST(refusal([](Q& q) { q.element_bytes = 0; }) == "filter:type_is_not_plain");
  BOOST_TEST(refusal([](Q& q) { q.allocated_early = true; }) == "filter:allocated_early");
  BOOST_TEST(refusal([](Q& q) { q.edges_unfiltered = true; }) == "filter:unfiltered_edge_chunks");
  BOOST_TEST(refusal([](Q& q) { q.chunk_bytes = std::uint64_t{3} << 30; }) ==
             "filter:chunk_too_large");
}

BOOST_AUTO_TEST_CASE(auto_says_that_filters_may_be_of_no_use) {
  FilterQuestion asked = shuffled();
  const std::string_view plain = explain_filters(asked, advise_filters(asked));
  BOOST_TEST(plain == explain_filters(FilterReason::kAdded));
  asked.request.automatic = true;
  BOOST_TEST(explain_filters(asked, advise_filters(asked)).find("does not shrink") !=
             std::string_view::npos);
  asked.chunk_bytes = 511;
  BOOST_TEST(explain_filters(asked, advise_filters(asked)) ==
             explain_filters(FilterReason::kChunkTooSmall));
}

BOOST_AUTO_TEST_CASE(every_reason_has_a_name_and_words_of_its_own) {
  std::set<std::string> names;
  std::set<std::string_view> texts;
  constexpr int kReasons = static_cast<int>(FilterReason::kChunkTooLarge) + 1;
  for (int reason = 0; reason < kReasons; ++reason) {
    names.insert(reason_name(static_cast<FilterReason>(reason)));
    texts.insert(explain_filters(static_cast<FilterReason>(reason)));
  }
  BOOST_TEST(names.size() == static_cast<std::size_t>(kReasons));
  BOOST_TEST(texts.size() == static_cast<std::size_t>(kReasons));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
