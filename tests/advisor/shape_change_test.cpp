// Raw chunk calls on a dataset whose chunk shape was changed: whatever may be meant for the old
// shape is refused.
#include "advisor/shape_change.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

using Offset = std::vector<std::uint64_t>;

const ShapeChange kPlain{{4, 6}, {8, 5}, 2, Filters::kNone};
const ShapeChange kPacked{{4, 6}, {8, 5}, 2, Filters::kSome};

bool read(const ShapeChange& change, const Offset& offset) {
  return is_meant_for_given(change, {offset, std::nullopt});
}

bool write(const ShapeChange& change, const Offset& offset, std::uint64_t bytes) {
  return is_meant_for_given(change, {offset, bytes});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shape_change)

BOOST_AUTO_TEST_CASE(an_offset_of_the_new_shape_alone_is_served) {
  BOOST_TEST(read(kPlain, {8, 5}));
  BOOST_TEST(write(kPlain, {8, 5}, 80));
  BOOST_TEST(write(kPacked, {0, 5}, 33));
}

BOOST_AUTO_TEST_CASE(an_offset_of_the_old_shape_is_refused) {
  BOOST_TEST(!read(kPlain, {4, 6}));
  BOOST_TEST(!write(kPlain, {4, 0}, 48));
  BOOST_TEST(!write(kPacked, {0, 6}, 33));
}

BOOST_AUTO_TEST_CASE(where_both_have_a_chunk_the_size_of_an_unfiltered_one_decides) {
  BOOST_TEST(!read(kPlain, {0, 0}));
  BOOST_TEST(!write(kPlain, {0, 0}, 48));
  BOOST_TEST(write(kPlain, {0, 0}, 80));
  BOOST_TEST(!write(kPlain, {0, 0}, 79));
  BOOST_TEST(!write(kPacked, {0, 0}, 80));
}

BOOST_AUTO_TEST_CASE(shapes_of_the_same_size_are_not_told_apart_by_it) {
  const ShapeChange turned{{4, 6}, {6, 4}, 2, Filters::kNone};
  BOOST_TEST(!write(turned, {0, 0}, 48));
  BOOST_TEST(write(turned, {6, 4}, 48));
}

BOOST_AUTO_TEST_CASE(filters_that_were_added_are_for_writes_that_say_they_skip_them) {
  const ShapeChange filtered{{4, 6}, {4, 6}, 2, Filters::kNone, 0b11};
  const Offset offset{4, 6};
  BOOST_TEST(!read(filtered, offset));
  BOOST_TEST(!write(filtered, offset, 48));
  BOOST_TEST(!is_meant_for_given(filtered, {offset, 48, 0b01}));
  BOOST_TEST(is_meant_for_given(filtered, {offset, 48, 0b11}));
  // A checksum behind the program's own filter.
  const ShapeChange checked{{4, 6}, {4, 6}, 2, Filters::kSome, 0b10};
  BOOST_TEST(!is_meant_for_given(checked, {offset, 33, 0b01}));
  BOOST_TEST(is_meant_for_given(checked, {offset, 33, 0b10}));
}

BOOST_AUTO_TEST_CASE(with_another_shape_too_both_must_be_clear) {
  const ShapeChange both{{4, 6}, {8, 5}, 2, Filters::kNone, 0b1};
  BOOST_TEST(!is_meant_for_given(both, {Offset{8, 5}, 80, 0}));
  BOOST_TEST(is_meant_for_given(both, {Offset{8, 5}, 80, 0b1}));
  BOOST_TEST(!is_meant_for_given(both, {Offset{4, 6}, 48, 0b1}));
}

BOOST_AUTO_TEST_CASE(the_refusal_names_the_options_that_lead_to_it) {
  const Offset offset{4, 6};
  const std::string filters = refusal_text({{4, 6}, {4, 6}, 2, Filters::kNone, 1}, {offset, {}, 0});
  for (const char* const part : {"option filter or checksum", "raw chunk at [4, 6]",
                                 "nothing was read", "H5PAVE_FILTER=keep and H5PAVE_CHECKSUM=0"})
    BOOST_TEST(filters.find(part) != std::string::npos, filters << " has no " << part);
  const std::string both = refusal_text({{4, 6}, {8, 5}, 2, Filters::kNone, 1}, {offset, 48, 0});
  BOOST_TEST(both.find("H5PAVE_CHUNK=keep, H5PAVE_FILTER=keep") != std::string::npos, both);
}

BOOST_AUTO_TEST_CASE(the_refusal_names_shapes_place_and_remedy) {
  const Offset offset{4, 6};
  const std::string text = refusal_text(kPlain, {offset, 48});
  for (const char* const part : {"chunks [8, 5]", "asked for [4, 6]", "raw chunk at [4, 6]",
                                 "nothing was written", "H5PAVE_CHUNK=keep"})
    BOOST_TEST(text.find(part) != std::string::npos, text << " has no " << part);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
