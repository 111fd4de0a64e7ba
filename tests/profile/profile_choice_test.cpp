// The shape planned from what was recorded is as good as the one planned from the accesses told:
// within 10 % by the cost model, for the accesses told.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>

#include "profile/access_recorder.h"
#include "profile/profile_file.h"
#include "profile/recorded_question.h"
#include "support/temporary_folder.h"

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

/// A program's calls on one dataset, with chunks that fit none of them.
class Program {
 public:
  Program(Lengths extent, Lengths max_extent)
      : extent_(std::move(extent)), max_extent_(std::move(max_extent)) {
    track_ = recorder_.add("a.h5", "/x", {extent_, max_extent_, Lengths(extent_.size(), 8), 4},
                           Filters::kSome);
  }

  void access(AccessKind kind, Lengths start, const Lengths& lengths, std::uint64_t repeats = 1,
              Lengths extent = {}) {
    ObservedAccess call{
        kind, extent.empty() ? extent_ : extent, std::move(start), lengths, repeats, repeats, 1e-3};
    for (const std::uint64_t length : lengths) call.elements *= length;
    recorder_.note(*track_, call, AccessRecorder::Clock::now());
  }

  void read_anywhere(const Lengths& lengths, int times) {
    for (int i = 0; i < times; ++i) {
      Lengths start;
      for (std::size_t d = 0; d < lengths.size(); ++d)
        start.push_back(random_() % (extent_[d] - lengths[d] + 1));
      access(AccessKind::kRead, start, lengths);
    }
  }

  void write_whole() { access(AccessKind::kWrite, Lengths(extent_.size(), 0), extent_); }

  /// A new dataset like it, planned from the profile.
  ShapeQuestion question_from_profile() {
    BOOST_REQUIRE(recorder_.store() == "");
    const auto loaded = load_profile(recorder_.path());
    BOOST_REQUIRE(loaded.profile.has_value());
    ShapeQuestion question = this->question();
    BOOST_REQUIRE(apply_profile(*loaded.profile, "/x", "p", question));
    return question;
  }

  ShapeQuestion question_told(const std::string& access) const {
    ShapeQuestion question = this->question();
    std::string error;
    question.access = *parse_access(access, error);
    return question;
  }

  const Lengths& extent() const { return extent_; }

 private:
  ShapeQuestion question() const {
    ShapeQuestion question;
    question.policy = ShapePolicy::kOverride;
    question.filters = Filters::kSome;
    question.shape = {extent_, max_extent_, Lengths(extent_.size(), 8), 4};
    return question;
  }

  Lengths extent_;
  Lengths max_extent_;
  std::mt19937_64 random_{11};
  test::TemporaryFolder folder_;
  AccessRecorder recorder_{folder_.file("p")};
  std::shared_ptr<AccessTrack> track_;
};

struct Pattern {
  const char* told;
  Lengths extent;
  Lengths max_extent;
  std::function<void(Program&)> run;
};

constexpr std::uint64_t kNoLimit = kUnlimited;

const std::vector<Pattern>& patterns() {
  static const std::vector<Pattern> all{
      {"map+series",
       {512, 128, 128},
       {512, 128, 128},
       [](Program& p) {
         p.read_anywhere({1, 128, 128}, 60);
         p.read_anywhere({512, 1, 1}, 60);
       }},
      {"map+series",
       {512, 128, 128},
       {512, 128, 128},
       [](Program& p) {  // the same, and the run that wrote it
         p.write_whole();
         p.read_anywhere({1, 128, 128}, 60);
         p.read_anywhere({512, 1, 1}, 60);
       }},
      {"0.7:1,*,*;0.3:*,1,1",
       {512, 128, 128},
       {512, 128, 128},
       [](Program& p) {
         p.read_anywhere({1, 128, 128}, 70);
         p.read_anywhere({512, 1, 1}, 30);
       }},
      {"column",
       {4096, 2048},
       {4096, 2048},
       [](Program& p) {
         p.write_whole();
         p.read_anywhere({4096, 1}, 100);
       }},
      {"row",
       {4096, 2048},
       {4096, 2048},
       [](Program& p) {
         p.read_anywhere({1, 2048}, 100);
       }},
      {"100,100",
       {2896, 2896},
       {2896, 2896},
       [](Program& p) {
         p.read_anywhere({100, 100}, 200);
       }},
      {"1,64,64",
       {128, 256, 256},
       {128, 256, 256},
       [](Program& p) {
         p.read_anywhere({1, 64, 64}, 200);
       }},
      {"10000", {8388608}, {8388608}, [](Program& p) { p.read_anywhere({10000}, 200); }},
      {"batch:32",
       {4096, 45, 45},
       {4096, 45, 45},
       [](Program& p) {
         for (std::uint64_t i = 0; i < 50; ++i)
           p.access(AccessKind::kRead, {i, 0, 0}, {1, 45, 45}, 31 + i % 2);
       }},
      {"9:1,*@write@inorder;1:*,1",
       {8192, 1024},
       {8192, 1024},
       [](Program& p) {  // rows appended, a column read per nine
         for (std::uint64_t row = 0; row < 900; ++row)
           p.access(AccessKind::kWrite, {row, 0}, {1, 1024});
         p.read_anywhere({8192, 1}, 100);
       }},
      {"724,724@write@aligned",
       {2896, 2896},
       {2896, 2896},
       [](Program& p) {
         for (const std::uint64_t row : Lengths{724, 2172, 0, 1448}) {
           for (const std::uint64_t column : Lengths{1448, 0, 2172, 724})
             p.access(AccessKind::kWrite, {row, column}, {724, 724});
         }
       }},
      {"64,*@inorder",
       {8192, 256},
       {8192, 256},
       [](Program& p) {
         for (std::uint64_t row = 0; row < 8192; row += 64)
           p.access(AccessKind::kRead, {row, 0}, {64, 256});
       }},
      {"1:4,*@write@inorder;1:1,*",
       {8192, 4096},
       {kNoLimit, 4096},
       [](Program& p) {  // grown step by step, read row by row
         for (std::uint64_t row = 0; row < 400; row += 4)
           p.access(AccessKind::kWrite, {row, 0}, {4, 4096}, 1, {row + 4, 4096});
         for (std::uint64_t row = 0; row < 100; ++row)
           p.access(AccessKind::kRead, {row * 7919 % 8192, 0}, {1, 4096});
       }}};
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(profile_choice)

BOOST_AUTO_TEST_CASE(the_recorded_choice_is_within_ten_percent_of_the_told_one) {
  for (const Pattern& pattern : patterns()) {
    Program program(pattern.extent, pattern.max_extent);
    pattern.run(program);
    const ShapeQuestion told = program.question_told(pattern.told);
    const ShapeQuestion recorded = program.question_from_profile();
    const DatasetModel dataset = dataset_model(told);
    const auto boxes = planned_boxes(told);
    const auto best = [](const ShapeQuestion& question) {
      const DatasetModel model = dataset_model(question);
      const auto wanted = planned_boxes(question);
      return best_shape(model, wanted, question.storage, planned_range(question, model, wanted));
    };
    const ChunkShape from_told = best(told);
    const ChunkShape from_profile = best(recorded);
    const double told_cost = pattern_cost(dataset, from_told, boxes, told.storage);
    const double profile_cost = pattern_cost(dataset, from_profile, boxes, told.storage);
    BOOST_TEST(profile_cost <= 1.1 * told_cost,
               pattern.told << ": " << shape_text(from_profile) << " costs " << profile_cost << ", "
                            << shape_text(from_told) << " " << told_cost);
  }
}

BOOST_AUTO_TEST_CASE(other_accesses_give_other_shapes) {  // or the test above would say nothing
  Program rows({4096, 2048}, {4096, 2048});
  rows.read_anywhere({1, 2048}, 100);
  Program columns({4096, 2048}, {4096, 2048});
  columns.read_anywhere({4096, 1}, 100);
  const ShapeAdvice for_rows = advise_shape(rows.question_from_profile());
  const ShapeAdvice for_columns = advise_shape(columns.question_from_profile());
  BOOST_REQUIRE((for_rows.reason == ShapeReason::kChosen));
  BOOST_REQUIRE((for_columns.reason == ShapeReason::kChosen));
  BOOST_TEST(for_rows.chunk[1] == 2048U);
  BOOST_TEST(for_columns.chunk[0] == 4096U);
}

BOOST_AUTO_TEST_CASE(what_the_user_says_wins) {
  Program program({4096, 2048}, {4096, 2048});
  program.read_anywhere({1, 2048}, 10);
  const ShapeQuestion recorded = program.question_from_profile();
  ShapeQuestion told = program.question_told("column");
  AccessProfile profile;
  profile.datasets.push_back({"/x", told.shape, Filters::kSome, {}});
  BOOST_TEST(!apply_profile(profile, "/x", "p", told));
  BOOST_TEST((told.access.preset == AccessPreset::kColumn));
  BOOST_TEST((recorded.access.preset == AccessPreset::kBoxes));
}

BOOST_AUTO_TEST_CASE(datasets_without_a_record_are_asked_as_before) {
  Program program({4096, 2048}, {4096, 2048});
  program.read_anywhere({1, 2048}, 10);
  ShapeQuestion other = program.question_told("row");
  other.access = {};
  AccessProfile empty;
  BOOST_TEST(!apply_profile(empty, "/x", "p", other));
  BOOST_TEST((other.access.preset == AccessPreset::kUnsaid));
  BOOST_TEST(other.seen_extent.empty());
}

BOOST_AUTO_TEST_CASE(how_much_was_written_is_known) {
  Program tenth({1000, 30}, {1000, 30});
  for (std::uint64_t row = 0; row < 100; ++row)
    tenth.access(AccessKind::kWrite, {row * 10, 0}, {1, 30});
  BOOST_TEST(tenth.question_from_profile().written_part == 0.1, boost::test_tools::tolerance(1e-9));
  Program twice({1000, 30}, {1000, 30});
  twice.write_whole();
  twice.write_whole();
  BOOST_TEST(twice.question_from_profile().written_part == 1);
  Program reader({1000, 30}, {1000, 30});  // Of what others wrote.
  reader.read_anywhere({1, 30}, 10);
  BOOST_TEST(reader.question_from_profile().written_part == 1);
}

// A growing dataset that begins empty says nothing of its size; the profile does.
BOOST_AUTO_TEST_CASE(a_growing_dataset_is_as_long_as_it_was_seen) {
  Program program({0, 30}, {kNoLimit, 30});
  for (std::uint64_t row = 0; row < 9000; ++row)
    program.access(AccessKind::kWrite, {row, 0}, {1, 30}, 1, {row + 1, 30});
  const ShapeQuestion question = program.question_from_profile();
  BOOST_TEST((question.seen_extent == Lengths{9000, 30}));
  BOOST_TEST((planned_extent(question) == Lengths{9000, 30}));
  ShapeQuestion unknown = question;
  unknown.seen_extent.clear();
  BOOST_TEST(planned_extent(unknown)[0] > 1000000U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
