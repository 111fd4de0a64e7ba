// Whether filters pay, on data of which the answer is known.
#include "transfer/shrink_trial.h"

#include <boost/test/unit_test.hpp>
#include <random>

namespace h5pave {

namespace {

using Values = std::vector<std::uint32_t>;

ChunkFormat format_of(Extent chunk) {
  ChunkFormat format;
  format.chunk = std::move(chunk);
  format.element_bytes = sizeof(std::uint32_t);
  format.filters = {{FilterStep::Kind::kShuffle, sizeof(std::uint32_t)},
                    {FilterStep::Kind::kDeflate, 4}};
  return format;
}

Values random_values(std::size_t count, std::uint32_t mask = ~0U) {
  std::mt19937 random(1);
  Values values(count);
  for (std::uint32_t& value : values) value = static_cast<std::uint32_t>(random()) & mask;
  return values;
}

bool pays(const Extent& chunk, const Extent& extent, const Values& values) {
  return do_filters_pay(format_of(chunk), extent,
                        {reinterpret_cast<const std::byte*>(values.data()),
                         dense_layout(extent, sizeof(std::uint32_t))},
                        DeflateMode::kBalanced);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ShrinkTrial)

BOOST_AUTO_TEST_CASE(random_values_do_not_shrink_whatever_the_chunks) {
  const Values values = random_values(1'000'000);
  for (const Extent& chunk :
       {Extent{1000, 1000}, Extent{10, 1000}, Extent{250, 250}, Extent{1, 1000}, Extent{20, 50}})
    BOOST_TEST(!pays(chunk, {1000, 1000}, values));
  BOOST_TEST(!pays({1'000'000}, {1'000'000}, values));
  BOOST_TEST(!pays({5, 20, 100}, {100, 100, 100}, values));
}

BOOST_AUTO_TEST_CASE(an_eighth_is_enough) {
  // Of 32 bits, as many carry nothing as the mask clears.
  BOOST_TEST(!pays({100, 1000}, {1000, 1000}, random_values(1'000'000, 0x3fffffff)));
  BOOST_TEST(pays({100, 1000}, {1000, 1000}, random_values(1'000'000, 0x03ffffff)));
}

BOOST_AUTO_TEST_CASE(one_piece_that_shrinks_is_enough) {
  Values values = random_values(1'000'000);
  BOOST_TEST(!pays({100, 1000}, {1000, 1000}, values));
  std::fill(values.end() - 100'000, values.end(), 7U);
  BOOST_TEST(pays({100, 1000}, {1000, 1000}, values));
}

BOOST_AUTO_TEST_CASE(what_repeats_inside_a_chunk_shrinks) {
  // Rows of noise, all the same: no row alone would shrink.
  Values values = random_values(1'000'000);
  for (std::size_t row = 1; row < 1000; ++row)
    std::copy_n(values.begin(), 1000, values.begin() + static_cast<std::ptrdiff_t>(row * 1000));
  BOOST_TEST(pays({100, 100}, {1000, 1000}, values));
}

BOOST_AUTO_TEST_CASE(unfiltered_chunks_that_are_mostly_padding_are_worth_filters) {
  BOOST_TEST(pays({600, 600}, {700, 700}, random_values(490'000)));
  BOOST_TEST(!pays({350, 350}, {700, 700}, random_values(490'000)));
  BOOST_TEST(pays({1000}, {10}, random_values(10)));
}

BOOST_AUTO_TEST_CASE(elements_lie_where_the_layout_says) {
  // Every second column of memory is noise, the others are not looked at.
  Values values(2'000'000, 7U);
  const Values noise = random_values(1'000'000);
  for (std::size_t i = 0; i < noise.size(); ++i) values[2 * i + 1] = noise[i];
  StridedBytes layout = dense_layout({1000, 2000}, sizeof(std::uint32_t));
  layout.first = sizeof(std::uint32_t);
  layout.distance[1] *= 2;
  const auto* const base = reinterpret_cast<const std::byte*>(values.data());
  BOOST_TEST(
      !do_filters_pay(format_of({100, 250}), {1000, 1000}, {base, layout}, DeflateMode::kBalanced));
  layout.first = 0;
  BOOST_TEST(
      do_filters_pay(format_of({100, 250}), {1000, 1000}, {base, layout}, DeflateMode::kBalanced));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
