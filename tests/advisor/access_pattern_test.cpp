// Words for access patterns, and the boxes they mean.
#include "advisor/access_pattern.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

namespace data = boost::unit_test::data;

struct Meaning {
  std::string text;
  std::string boxes;  // weight:box, separated by blanks
};

std::ostream& operator<<(std::ostream& out, const Meaning& meaning) { return out << meaning.text; }

/// For a field of 1000 maps of 200 x 300 float32.
const std::vector<Meaning> kMeanings{
    {"row", "1.00:1,*,*, read"},
    {"col", "1.00:*,1,1, read"},
    {"seq", "1.00:1,*,* in order, read"},
    {"column", "1.00:*,1,1, read"},
    {"block", "1.00:64,64,64, read"},
    {"sequence", "1.00:1,*,* in order, read"},
    {"batch:32", "1.00:32 x 1,*,*, read"},
    {"map+series", "0.50:1,*,*, read 0.50:*,1,1, read"},
    {"0.7:1,*,*;0.3:*,1,1", "0.70:1,*,*, read 0.30:*,1,1, read"},
    {" { 3 : 1 , * , 5 ; 1:2,2,2@aligned@write } ", "0.75:1,*,5, read 0.25:2,2,2 aligned, written"},
    {"9,9,9@ranks:64@write", "1.00:9,9,9, written by each of 64 ranks"},
    {"9,9,9@write@ranks:1", "1.00:9,9,9, written"},
    {"1,*,*@inorder", "1.00:1,*,* in order, read"},
    {"7,7;1,1,1", "1.00:1,1,1, read"},  // only what has the rank
    {"7,7", ""},
};

AccessTarget field() { return {{1000, 200, 300}, {false, false, false}, 4}; }

std::string text_of(const std::vector<AccessBox>& boxes) {
  std::string text;
  for (const AccessBox& box : boxes) {
    if (!text.empty()) text += ' ';
    text += std::to_string(box.weight).substr(0, 4) + ":" + box_text(box);
  }
  return text;
}

struct Wrong {
  std::string text;
  std::string must_say;
};

std::ostream& operator<<(std::ostream& out, const Wrong& wrong) { return out << wrong.text; }

const std::vector<Wrong> kWrong{
    {"", "is neither row, column, block"},
    {"rows", "'rows' is neither row, column"},
    {"batch:", "batch:N needs a number of samples, 1 to 1000000"},
    {"batch:0", "batch:N needs"},
    {"batch:3x", "batch:N needs"},
    {"1,0", "'0' is not a length"},
    {"1,-2", "'-2' is not a length"},
    {"1,,2", "'' is not a length"},
    {"x:1,2", "'x' is not a weight"},
    {"0:1,2", "'0' is not a weight"},
    {"-1:1,2", "'-1' is not a weight"},
    {"inf:1,2", "'inf' is not a weight"},
    {"1,2;", "'' is not a length"},
    {"1,2@backwards", "'backwards' after @ is none of write, aligned, inorder, ranks:N"},
    {"1,2@write@ranks:", "ranks:N needs a number of MPI ranks, 1 to 100000000"},
    {"1,2@write@ranks:0", "ranks:N needs"},
    {"1,2@write@ranks:2x", "ranks:N needs"},
    {"1,2@ranks:4", "ranks:N goes with @write"},
    {"1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
     "33 dimensions, more than 32"},
};

std::vector<AccessBox> unsaid(const AccessTarget& target) { return boxes_for({}, target); }

}  // namespace

BOOST_AUTO_TEST_SUITE(access_pattern)

BOOST_DATA_TEST_CASE(words_become_boxes, data::make(kMeanings), meaning) {
  std::string error;
  const auto spec = parse_access(meaning.text, error);
  BOOST_REQUIRE_MESSAGE(spec.has_value(), error);
  BOOST_TEST(text_of(boxes_for(*spec, field())) == meaning.boxes);
}

BOOST_DATA_TEST_CASE(wrong_words_are_explained, data::make(kWrong), wrong) {
  std::string error;
  BOOST_TEST(!parse_access(wrong.text, error).has_value());
  BOOST_TEST(error.find(wrong.must_say) != std::string::npos, error);
}

BOOST_AUTO_TEST_CASE(unsaid_is_appends_along_one_unlimited_dimension) {
  BOOST_TEST(text_of(unsaid({{1000, 512, 512}, {true, false, false}, 2})) ==
             "0.50:1,*,* in order, written 0.50:1,*,*, read");
  BOOST_TEST(text_of(unsaid({{1'000'000, 3}, {true, false}, 4})) ==
             "0.50:5462,* in order, written 0.50:5462,*, read");
  BOOST_TEST(text_of(unsaid({{30, 1000}, {false, true}, 4})) ==
             "0.50:*,547 in order, written 0.50:*,547, read");
}

BOOST_AUTO_TEST_CASE(unsaid_is_blocks_otherwise) {
  BOOST_TEST(text_of(unsaid({{20000, 20000}, {false, false}, 4})) == "1.00:512,512, read");
  BOOST_TEST(text_of(unsaid({{20000, 20000}, {true, true}, 4})) == "1.00:512,512, read");
  BOOST_TEST(text_of(unsaid({{10, 1'000'000}, {false, false}, 4})) == "1.00:10,26214, read");
  BOOST_TEST(text_of(unsaid({{5}, {false}, 2'000'000})) == "1.00:1, read");
}

BOOST_AUTO_TEST_CASE(one_dimension_is_scanned) {
  for (const char* const word : {"row", "column", "sequence"}) {
    std::string error;
    const auto spec = parse_access(word, error);
    BOOST_TEST(text_of(boxes_for(*spec, {{1'000'000}, {false}, 4})) == "1.00:16384 in order, read");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
