// The search: near the best of all shapes, within its limits, fast.
#include "advisor/shape_search.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <random>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

struct Case {
  DatasetModel dataset;
  std::vector<AccessBox> boxes;
};

Case make_case(Lengths extent, std::uint64_t element_bytes, const std::string& access,
               Filters filters = Filters::kSome) {
  std::string error;
  Case made;
  made.dataset.element_bytes = element_bytes;
  made.dataset.filters = filters;
  made.boxes = boxes_for(access.empty() ? AccessSpec{} : *parse_access(access, error),
                         {extent, std::vector<bool>(extent.size(), false), element_bytes});
  made.dataset.extent = std::move(extent);
  return made;
}

ChunkShape best(const Case& from, std::optional<std::uint64_t> target = std::nullopt) {
  const StorageModel storage = local_storage();
  return best_shape(from.dataset, from.boxes, storage,
                    byte_range(from.dataset, from.boxes, storage, AccessSource::kTold, target));
}

/// The cost of the best of all shapes with every length up to the extent, bytes within the range.
double exhaustive_cost(const Case& from, const ByteRange& range) {
  const Lengths& extent = from.dataset.extent;
  double least = std::numeric_limits<double>::infinity();
  Lengths chunk(extent.size(), 1);
  for (;;) {
    const std::uint64_t bytes = shape_bytes(chunk, from.dataset.element_bytes);
    if (bytes >= range.least && bytes <= range.most)
      least = std::min(least, pattern_cost(from.dataset, chunk, from.boxes, local_storage()));
    std::size_t d = extent.size();
    while (d-- > 0 && ++chunk[d] > extent[d]) chunk[d] = 1;
    if (d >= extent.size()) return least;
  }
}

void check_limits(const Lengths& extent, std::uint64_t element_bytes, const ChunkShape& chunk) {
  BOOST_REQUIRE_EQUAL(chunk.size(), extent.size());
  for (std::size_t d = 0; d < extent.size(); ++d) {
    BOOST_TEST(chunk[d] >= 1U);
    BOOST_TEST(chunk[d] <= extent[d]);
  }
  BOOST_TEST(shape_bytes(chunk, element_bytes) < (std::uint64_t{1} << 32));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shape_search)

BOOST_AUTO_TEST_CASE(is_within_five_percent_of_the_best_of_all_shapes) {
  const ByteRange range{4096, 32768};
  for (const char* const access : {"row", "column", "block", "map+series", "sequence", "batch:8",
                                   "0.9:1,*,*;0.1:*,1,1", "5,7,11@aligned", "3,*,10@write"}) {
    for (const Lengths& extent : {Lengths{60, 50, 40}, Lengths{97, 13, 61}, Lengths{7, 200, 30}}) {
      const Case from = make_case(extent, 4, access);
      const ChunkShape found = best_shape(from.dataset, from.boxes, local_storage(), range);
      check_limits(extent, 4, found);
      const double cost = pattern_cost(from.dataset, found, from.boxes, local_storage());
      BOOST_TEST(cost <= 1.05 * exhaustive_cost(from, range), access);
    }
  }
}

BOOST_AUTO_TEST_CASE(access_decides_the_shape) {
  const Lengths square{20000, 20000};
  const ChunkShape row = best(make_case(square, 4, "row"));
  const ChunkShape column = best(make_case(square, 4, "column"));
  const ChunkShape block = best(make_case(square, 4, "block"));
  BOOST_TEST(row[1] > 20 * row[0]);
  BOOST_TEST(column[0] > 20 * column[1]);
  BOOST_TEST(block[0] < 2 * block[1]);
  BOOST_TEST(block[1] < 2 * block[0]);
}

BOOST_AUTO_TEST_CASE(a_time_series_and_a_map_cost_about_the_same) {
  const Case from = make_case({98128, 277, 349}, 4, "map+series");
  const ChunkShape chunk = best(from);
  const double map = predict_chunked(from.dataset, chunk, from.boxes[0], local_storage()).seconds;
  const double series =
      predict_chunked(from.dataset, chunk, from.boxes[1], local_storage()).seconds;
  BOOST_TEST(map < 2.5 * series);
  BOOST_TEST(series < 2.5 * map);
}

BOOST_AUTO_TEST_CASE(shuffled_samples_get_a_chunk_each) {
  BOOST_TEST(best(make_case({50000, 224, 224, 3}, 1, "batch:32")) == (ChunkShape{1, 224, 224, 3}),
             boost::test_tools::per_element());
  const Case digits = make_case({60000, 28, 28}, 1, "batch:32");
  const ChunkShape chunk = best(digits);
  const Prediction prediction =
      predict_chunked(digits.dataset, chunk, digits.boxes[0], local_storage());
  BOOST_TEST(prediction.amplification <= 2);
}

// In bench/advisor chunks of some 32 KiB are the best for this, by a seventh.
BOOST_AUTO_TEST_CASE(blocks_that_are_written_get_chunks_of_few_deflate_windows) {
  const Case blocks = make_case({2896, 2896}, 4, "724,724@aligned@write");
  const ChunkShape chunk = best(blocks);
  BOOST_TEST(shape_bytes(chunk, 4) >= kDeflateWindowBytes);
  BOOST_TEST(shape_bytes(chunk, 4) <= 2 * kDeflateWindowBytes);
  const Prediction prediction =
      predict_chunked(blocks.dataset, chunk, blocks.boxes[0], local_storage());
  BOOST_TEST(prediction.amplification <= 1.02);
}

BOOST_AUTO_TEST_CASE(chunks_suffice_for_all_ranks_and_few_are_shared) {
  // 64 ranks write 256 rows each, a few columns at a time: chunks of many rows suit one rank alone.
  const ChunkShape chunk = best(make_case({16384, 4096}, 4, "256,*@aligned@write@ranks:64"));
  const std::uint64_t chunks = divide_up(16384, chunk[0]) * divide_up(4096, chunk[1]);
  BOOST_TEST(chunks % 64 == 0U);
  BOOST_TEST(256 % chunk[0] == 0U);
}

BOOST_AUTO_TEST_CASE(chunks_below_32_kibibytes_must_gain_clearly) {
  for (const auto& [extent, access] :
       {std::pair{Lengths{65536, 128}, "1000,4"}, std::pair{Lengths{2896, 2896}, "0.5:1,*;0.5:*,1"},
        std::pair{Lengths{512, 128, 128}, "0.7:1,*,*;0.3:*,1,1"}}) {
    BOOST_TEST(shape_bytes(best(make_case(extent, 4, access)), 4) >= std::uint64_t{32} << 10,
               access);
  }
  BOOST_TEST(shape_bytes(best(make_case({4096, 2048}, 4, "1,*")), 4) == std::uint64_t{8} << 10);
}

BOOST_AUTO_TEST_CASE(told_accesses_get_the_largest_chunks_that_cost_little_more) {
  StorageModel storage = local_storage();
  storage.request_seconds = storage.chunk_seconds = 0;  // Only bytes cost.
  const auto shape_for = [&](const char* access) {
    const Case from = make_case({4096, 2048}, 4, access);
    return best_shape(from.dataset, from.boxes, storage,
                      byte_range(from.dataset, from.boxes, storage, AccessSource::kTold, {}));
  };
  // n rows take n - 1 + c with chunks of c rows: 259 with four (32 KiB), 263 with eight, 271
  // with 16.
  BOOST_TEST(shape_for("256,*") == (ChunkShape{8, 2048}), boost::test_tools::per_element());
  BOOST_TEST(shape_for("1,*") == (ChunkShape{1, 2048}), boost::test_tools::per_element());
  BOOST_TEST(shape_bytes(shape_for("*,*"), 4) >= std::uint64_t{256} << 10);
}

BOOST_AUTO_TEST_CASE(told_accesses_get_chunks_of_sixteen_kibibytes_where_those_are_best) {
  const std::uint64_t bytes =
      shape_bytes(best(make_case({8192, 1024}, 4, "0.9:1,*@write@inorder;0.1:*,1")), 4);
  BOOST_TEST(bytes >= std::uint64_t{16} << 10);
  BOOST_TEST(bytes < std::uint64_t{32} << 10);
}

BOOST_AUTO_TEST_CASE(a_target_is_kept_within_a_factor_of_two) {
  for (const std::uint64_t target : {64U << 10, 4U << 20, 100U << 20}) {
    for (const char* const access : {"row", "column", "block", "map+series", "batch:4"}) {
      const std::uint64_t bytes =
          shape_bytes(best(make_case({4000, 3000, 70}, 4, access), target), 4);
      BOOST_TEST(bytes * 2 >= target, access);
      BOOST_TEST(bytes <= target, access);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_in_the_range_is_as_near_as_it_can_be) {
  BOOST_TEST(best(make_case({10, 10}, 4, "block")) == (ChunkShape{10, 10}),
             boost::test_tools::per_element());
  BOOST_TEST(best(make_case({1000}, 100'000'000, "row")) == ChunkShape{1},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(random_datasets_of_rank_1_to_32_stay_in_the_limits) {
  std::mt19937_64 random(5);  // NOLINT(cert-msc51-cpp): the same every time
  const std::vector<std::string> accesses{"row", "column", "block", "sequence", "batch:16", ""};
  for (int i = 0; i < 300; ++i) {
    const std::size_t rank = 1 + random() % 32;
    const std::uint64_t longest = rank > 12  ? 4
                                  : rank > 5 ? 40
                                             : std::uint64_t{1} << (random() % 40);
    Lengths extent(rank);
    for (auto& length : extent) length = 1 + random() % longest;
    const std::uint64_t element_bytes = 1 + random() % 16;
    check_limits(extent, element_bytes,
                 best(make_case(extent, element_bytes, accesses[random() % accesses.size()])));
  }
}

BOOST_AUTO_TEST_CASE(takes_milliseconds) {
  // The bounds leave room for a slow machine that is busy; typical are 0.5 and 60 ms.
  const auto start = std::chrono::steady_clock::now();
  best(make_case({98128, 277, 349}, 4, "map+series"));
  const auto middle = std::chrono::steady_clock::now();
  best(make_case(Lengths(32, 3), 4, "block"));
  const auto end = std::chrono::steady_clock::now();
  const std::chrono::duration<double, std::milli> three = middle - start;
  const std::chrono::duration<double, std::milli> thirty_two = end - middle;
  BOOST_TEST_MESSAGE(three.count()
                     << " ms for 3 dimensions, " << thirty_two.count() << " ms for 32");
  BOOST_TEST(three.count() < 100);
  BOOST_TEST(thirty_two.count() < 1000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
