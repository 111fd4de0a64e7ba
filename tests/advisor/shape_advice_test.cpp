// When a dataset gets another chunk shape, which, and in what words.
#include "advisor/shape_advice.h"

#include <boost/test/unit_test.hpp>

#include "advisor/library_shapes.h"

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

ShapeQuestion ask(Lengths extent, Lengths max_extent, Lengths chunk, ShapePolicy policy,
                  const std::string& access = {}, std::uint64_t element_bytes = 4) {
  ShapeQuestion question;
  question.shape = {std::move(extent), std::move(max_extent), std::move(chunk), element_bytes};
  question.policy = policy;
  std::string error;
  if (!access.empty()) question.access = *parse_access(access, error);
  return question;
}

ShapeQuestion ask_fixed(Lengths extent, Lengths chunk, ShapePolicy policy,
                        const std::string& access = {}) {
  return ask(extent, extent, std::move(chunk), policy, access);
}

ShapeReason reason(const ShapeQuestion& question) { return advise_shape(question).reason; }

constexpr ShapePolicy kAuto = ShapePolicy::kAuto;
constexpr ShapePolicy kOverride = ShapePolicy::kOverride;

}  // namespace

BOOST_AUTO_TEST_SUITE(shape_advice)

BOOST_AUTO_TEST_CASE(keep_keeps) {
  BOOST_TEST(
      (reason(ask_fixed({20000, 20000}, {157, 313}, ShapePolicy::kKeep)) == ShapeReason::kKept));
}

BOOST_AUTO_TEST_CASE(a_library_default_is_replaced_a_persons_shape_is_not) {
  const ShapeAdvice advice = advise_shape(ask_fixed({20000, 20000}, {157, 313}, kAuto, "column"));
  BOOST_TEST((advice.reason == ShapeReason::kChosen));
  BOOST_TEST(advice.chosen_by == "h5py");
  BOOST_TEST(advice.present_seconds > 1.2 * advice.chosen_seconds);
  BOOST_TEST((reason(ask_fixed({20000, 20000}, {100, 100}, kAuto, "column")) ==
              ShapeReason::kPersonsChoice));
  BOOST_TEST(
      (reason(ask_fixed({20000, 20000}, {100, 100}, kOverride, "column")) == ShapeReason::kChosen));
}

BOOST_AUTO_TEST_CASE(a_large_contiguous_dataset_is_chunked_where_that_serves_its_accesses) {
  const ShapeAdvice advice = advise_shape(ask_fixed({20000, 20000}, {}, kAuto));
  BOOST_TEST((advice.reason == ShapeReason::kChosen));
  const std::uint64_t bytes = shape_bytes(advice.chunk, 4);
  BOOST_TEST(bytes >= 256U << 10);
  BOOST_TEST(bytes <= 8U << 20);
  // Rows of contiguous storage cannot be read faster.
  BOOST_TEST((reason(ask_fixed({20000, 20000}, {}, kAuto, "row")) == ShapeReason::kGainsLittle));
  BOOST_TEST(
      (reason(ask_fixed({20000, 20000}, {}, kOverride, "sequence")) == ShapeReason::kGainsLittle));
}

BOOST_AUTO_TEST_CASE(what_fits_a_cache_is_too_small) {
  const Lengths edge{512, 511};
  BOOST_TEST((reason(ask_fixed(edge, h5py_shape(edge, 4), kAuto)) == ShapeReason::kTooSmall));
  BOOST_TEST((reason(ask_fixed(edge, {1, 511}, kOverride)) == ShapeReason::kTooSmall));
  BOOST_TEST((reason(ask_fixed({2000, 2000}, {}, kAuto)) == ShapeReason::kTooSmall));
  BOOST_TEST((reason(ask_fixed({0, 5}, {1, 5}, kOverride)) == ShapeReason::kTooSmall));
}

BOOST_AUTO_TEST_CASE(a_dataset_that_grows_needs_a_step_of_some_size) {
  BOOST_TEST((reason(ask({0, 3}, {kUnlimited, 3}, h5py_shape({0, 3}, 4), kAuto)) ==
              ShapeReason::kSizeUnknown));
  BOOST_TEST((reason(ask({0, 3}, {kUnlimited, 3}, h5py_shape({0, 3}, 4), kOverride)) ==
              ShapeReason::kChosen));
  const ShapeAdvice tiny =
      advise_shape(ask({0, 3}, {kUnlimited, 3}, h5py_shape({0, 3}, 4), kOverride));
  BOOST_TEST(shape_bytes(tiny.chunk, 4) <= 64U << 10);
  const Lengths images{0, 512, 512};
  const ShapeAdvice advice =
      advise_shape(ask(images, {kUnlimited, 512, 512}, h5py_shape(images, 2), kAuto, {}, 2));
  BOOST_TEST((advice.reason == ShapeReason::kChosen));
  BOOST_TEST(advice.chunk[0] <= 2U);
  BOOST_TEST(advice.chunk[1] == 512U);
  BOOST_TEST(advice.chunk[2] == 512U);
}

BOOST_AUTO_TEST_CASE(boxes_of_another_rank_say_nothing_about_a_dataset) {
  BOOST_TEST(
      (reason(ask_fixed({20000, 20000}, {157, 313}, kAuto, "1,*,*")) == ShapeReason::kOtherRank));
}

BOOST_AUTO_TEST_CASE(a_target_is_followed_even_where_the_model_likes_another_size) {
  ShapeQuestion question = ask_fixed({20000, 20000}, {}, kAuto);
  question.target_bytes = 4U << 20;
  const ShapeAdvice advice = advise_shape(question);
  BOOST_TEST((advice.reason == ShapeReason::kChosen));
  BOOST_TEST(shape_bytes(advice.chunk, 4) >= 2U << 20);
  BOOST_TEST(shape_bytes(advice.chunk, 4) <= 4U << 20);
}

BOOST_AUTO_TEST_CASE(no_chunk_is_longer_than_a_fixed_dimension) {
  const ShapeAdvice advice =
      advise_shape(ask({0, 0}, {kUnlimited, 700}, {1024, 10}, kOverride, "row"));
  BOOST_TEST((advice.reason == ShapeReason::kChosen));
  BOOST_TEST(advice.chunk[1] <= 700U);
}

BOOST_AUTO_TEST_CASE(the_words_say_what_was_considered_what_won_and_by_how_much) {
  const ShapeQuestion question = ask_fixed({20000, 20000}, {157, 313}, kAuto, "column");
  const std::string text = explain_shape(question, advise_shape(question));
  for (const char* const part :
       {"for *,1, read: ", " an access with [157, 313], h5py's default, ", " times faster",
        "considered h5py's default [157, 313] ", "netCDF-C's default [", "for rows ["})
    BOOST_TEST(text.find(part) != std::string::npos, text << " has no " << part);
  BOOST_TEST(text.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
