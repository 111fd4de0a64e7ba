// Which way each stretch is done for a budget of bytes.
#include "encode/segment_choice.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "encode/stretches.h"

namespace {

using h5pave::Choice;
using h5pave::Method;
using h5pave::Segment;
using h5pave::Stretch;
using h5pave::StretchOptions;

Choice choice(Stretch stretch, Method method, double bytes, double nanoseconds,
              bool may_be_partial = false) {
  return {{stretch, method}, bytes, nanoseconds, may_be_partial};
}

// A search of `small` bytes, a quick one of `large`.
StretchOptions search_or_quick(Stretch stretch, double small, double large) {
  return {{choice(stretch, Method::kSearch, small, 1e6),
           choice(stretch, Method::kQuick, large, 1e5, true)}};
}

std::vector<Segment> segments(std::span<const StretchOptions> all, double budget) {
  return h5pave::joined(h5pave::choose(all, budget));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(segment_choice)

BOOST_AUTO_TEST_CASE(without_a_budget_the_smallest) {
  const std::vector all{search_or_quick({0, 100000}, 50000, 60000)};
  const auto done = segments(all, 0);
  BOOST_REQUIRE(done.size() == 1);
  BOOST_TEST((done[0].method == Method::kSearch));
  BOOST_TEST(done[0].stretch.end == 100000);
}

BOOST_AUTO_TEST_CASE(a_budget_pays_for_a_part) {
  const std::vector all{search_or_quick({0, 100000}, 50000, 60000)};
  const auto taken = h5pave::choose(all, 4000);
  BOOST_TEST(h5pave::total_bytes(taken) == 54000, boost::test_tools::tolerance(1e-9));
  const auto done = h5pave::joined(taken);
  BOOST_REQUIRE(done.size() == 2);
  BOOST_TEST((done[0].method == Method::kQuick));
  BOOST_TEST(done[0].stretch.end == 40000);
  BOOST_TEST((done[1].method == Method::kSearch));
  BOOST_TEST(done[1].stretch.begin == 40000);
}

BOOST_AUTO_TEST_CASE(what_may_not_be_partial_is_not) {
  std::vector all{search_or_quick({0, 100000}, 50000, 60000)};
  all[0].choices[1].may_be_partial = false;
  BOOST_TEST(segments(all, 9999).size() == 1);
  BOOST_TEST((segments(all, 9999)[0].method == Method::kSearch));
  BOOST_TEST((segments(all, 10000)[0].method == Method::kQuick));
}

BOOST_AUTO_TEST_CASE(small_parts_are_not_worth_it) {
  const std::vector all{search_or_quick({0, 100000}, 50000, 60000)};
  BOOST_TEST(segments(all, 1000).size() == 1);  // A tenth.
  BOOST_TEST(segments(all, 9500).size() == 1);  // Too little is left for the search.
  const std::vector short_one{search_or_quick({0, 16000}, 8000, 9000)};
  BOOST_TEST(segments(short_one, 500).size() == 1);
}

// Budgets that a part uses up leave nothing, not a little less than nothing.
BOOST_AUTO_TEST_CASE(segments_cover_the_input_for_any_budget) {
  std::mt19937_64 random(11);
  const auto number = [&random](double most) {
    return most * static_cast<double>(random() >> 11) * 0x1p-53;
  };
  for (int round = 0; round < 20000; ++round) {
    std::vector<StretchOptions> all;
    std::size_t end = 0;
    double smallest = 0;
    const std::size_t stretches = 1 + random() % 5;
    for (std::size_t i = 0; i < stretches; ++i) {
      const Stretch stretch{end, end + 1 + random() % 300000};
      end = stretch.end;
      const auto bytes = static_cast<double>(stretch.bytes());
      StretchOptions options;
      const std::size_t ways = 1 + random() % 3;
      for (std::size_t way = 0; way < ways; ++way) {
        const auto method = static_cast<Method>(random() % 4);
        options.choices.push_back(
            choice(stretch, method, number(bytes), number(10 * bytes), random() % 2 == 0));
      }
      smallest += options.smallest().bytes;
      all.push_back(options);
    }
    const double budget = number(0.1 * smallest);
    const auto taken = h5pave::choose(all, budget);
    BOOST_REQUIRE(h5pave::total_bytes(taken) <= (smallest + budget) * (1 + 1e-9));
    std::size_t at = 0;
    for (const Segment& segment : h5pave::joined(taken)) {
      BOOST_REQUIRE(segment.stretch.begin == at);
      BOOST_REQUIRE(segment.stretch.end > at);
      at = segment.stretch.end;
    }
    BOOST_REQUIRE(at == end);
  }
}

BOOST_AUTO_TEST_SUITE_END()
