// What calls become records: whole dimensions, cut boxes, order, sampling, fork.
#include "profile/access_recorder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "profile/profile_file.h"
#include "support/temporary_folder.h"

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

/// A recorder with one dataset of 100 x 30 elements of 4 bytes in chunks of 10 x 30.
class Recording {
 public:
  explicit Recording(std::uint64_t most_rows = 100) {
    track_ = recorder_.add("a.h5", "/step_1/x", {{100, 30}, {most_rows, 30}, {10, 30}, 4},
                           Filters::kNone);
  }

  void call(AccessKind kind, Lengths start, Lengths lengths, Lengths extent = {100, 30},
            std::uint64_t repeats = 1) {
    ObservedAccess access{kind, std::move(extent), std::move(start), std::move(lengths), repeats, 1,
                          0.001};
    for (const std::uint64_t length : access.lengths) access.elements *= length;
    access.elements *= repeats;
    recorder_.note(*track_, access, AccessRecorder::Clock::now());
  }

  void read(Lengths start, Lengths lengths) {
    call(AccessKind::kRead, std::move(start), std::move(lengths));
  }

  AccessProfile stored() {
    BOOST_TEST(recorder_.store() == "");
    auto loaded = load_profile(path_);
    return loaded.profile ? *loaded.profile : AccessProfile{};
  }

  std::vector<RecordedAccess> accesses() { return stored().datasets.at(0).accesses; }

  AccessRecorder& recorder() { return recorder_; }
  AccessTrack& track() { return *track_; }
  const std::string& path() const { return path_; }

 private:
  test::TemporaryFolder folder_;
  std::string path_ = folder_.file("p");
  AccessRecorder recorder_{path_};
  std::shared_ptr<AccessTrack> track_;
};

Placement only_placement(const std::vector<RecordedAccess>& accesses) {
  BOOST_REQUIRE(accesses.size() == 1U);
  BOOST_REQUIRE(boxes_of(accesses[0]).size() == 1U);
  return boxes_of(accesses[0])[0].placement;
}

constexpr AccessKind kWrite = AccessKind::kWrite;

}  // namespace

BOOST_AUTO_TEST_SUITE(access_recorder)

BOOST_AUTO_TEST_CASE(a_call_is_counted_with_what_it_costs) {
  Recording recording;
  recording.read({12, 3}, {20, 5});  // rows 12 to 31: chunks 1, 2 and 3
  const AccessProfile profile = recording.stored();
  BOOST_TEST(profile.processes == 1U);
  BOOST_TEST(profile.datasets.at(0).pattern == "/step_#/x");
  const RecordedAccess& access = profile.datasets[0].accesses.at(0);
  BOOST_TEST((access.lengths == Lengths{20, 5}));
  BOOST_TEST((access.start == Lengths{12, 3}));
  BOOST_TEST(access.calls == 1U);
  BOOST_TEST(access.bytes_wanted == 400U);
  BOOST_TEST(access.bytes_touched == 3600U);
  BOOST_TEST(access.seconds == 0.001);
}

BOOST_AUTO_TEST_CASE(several_boxes_touch_several_chunks) {
  Recording recording;
  recording.call(AccessKind::kRead, {3, 0}, {1, 30}, {100, 30}, 7);
  const auto accesses = recording.accesses();
  BOOST_TEST(accesses.at(0).repeats == 7U);
  BOOST_TEST(accesses[0].bytes_wanted == 840U);
  BOOST_TEST(accesses[0].bytes_touched == 8400U);
}

BOOST_AUTO_TEST_CASE(whole_dimensions_are_told_from_lengths) {
  Recording recording;
  recording.read({5, 0}, {1, 30});
  recording.read({0, 7}, {100, 1});
  recording.read({0, 0}, {100, 30});
  const auto accesses = recording.accesses();
  BOOST_TEST((accesses.at(0).lengths == Lengths{1, kWholeDimension}));
  BOOST_TEST((accesses.at(1).lengths == Lengths{kWholeDimension, 1}));
  BOOST_TEST((accesses.at(2).lengths == Lengths{kWholeDimension, kWholeDimension}));
}

BOOST_AUTO_TEST_CASE(appended_rows_are_rows_in_order_from_the_first_on) {
  Recording recording(kUnlimited);
  for (std::uint64_t row = 0; row < 50; ++row)
    recording.call(kWrite, {row, 0}, {1, 30}, {row + 1, 30});
  const auto accesses = recording.accesses();
  BOOST_REQUIRE(accesses.size() == 1U);
  BOOST_TEST((accesses[0].lengths == Lengths{1, kWholeDimension}));
  BOOST_TEST((only_placement(accesses) == Placement::kInOrder));
}

BOOST_AUTO_TEST_CASE(the_last_box_of_a_scan_may_be_shorter) {
  Recording recording;
  for (int pass = 0; pass < 3; ++pass) {
    for (std::uint64_t row = 0; row < 100; row += 16)
      recording.read({row, 0}, {std::min<std::uint64_t>(16, 100 - row), 30});
  }
  const auto accesses = recording.accesses();
  BOOST_REQUIRE(accesses.size() == 1U);
  BOOST_TEST((accesses[0].lengths == Lengths{16, kWholeDimension}));
  BOOST_TEST(accesses[0].calls == 21U);
  BOOST_TEST(accesses[0].followed == 20U);  // a new pass follows the last
}

BOOST_AUTO_TEST_CASE(boxes_in_row_major_order_are_in_order) {
  Recording recording;
  for (std::uint64_t row = 0; row < 100; row += 20) {
    for (std::uint64_t column = 0; column < 30; column += 10)
      recording.read({row, column}, {20, 10});
  }
  BOOST_TEST((only_placement(recording.accesses()) == Placement::kInOrder));
}

BOOST_AUTO_TEST_CASE(boxes_in_another_order_are_aligned) {
  Recording recording;
  for (const std::uint64_t row : {60, 0, 80, 20, 40, 0, 60}) {
    for (const std::uint64_t column : {20, 10, 0}) recording.read({row, column}, {20, 10});
  }
  BOOST_TEST((only_placement(recording.accesses()) == Placement::kAligned));
}

BOOST_AUTO_TEST_CASE(boxes_anywhere_are_anywhere) {
  Recording recording;
  for (const std::uint64_t row : {61, 3, 77, 20, 42, 9, 55}) recording.read({row, 4}, {20, 10});
  BOOST_TEST((only_placement(recording.accesses()) == Placement::kAnywhere));
}

BOOST_AUTO_TEST_CASE(datasets_keep_their_own_order) {
  Recording recording;
  const auto other = recording.recorder().add("a.h5", "/step_2/x",
                                              {{100, 30}, {100, 30}, {10, 30}, 4}, Filters::kNone);
  for (std::uint64_t row = 0; row < 50; ++row) {
    recording.read({row, 0}, {1, 30});
    recording.recorder().note(*other, {AccessKind::kRead, {100, 30}, {row, 0}, {1, 30}, 1, 30, 0.1},
                              AccessRecorder::Clock::now());
  }
  const AccessProfile profile = recording.stored();
  BOOST_TEST(profile.datasets.size() == 1U);
  BOOST_TEST((only_placement(profile.datasets[0].accesses) == Placement::kInOrder));
  BOOST_TEST(profile.datasets[0].accesses[0].calls == 100U);
}

BOOST_AUTO_TEST_CASE(tracks_are_found_again) {
  Recording recording;
  BOOST_TEST(recording.recorder().find("a.h5", "/step_1/x").get() == &recording.track());
  BOOST_TEST(recording.recorder().find("b.h5", "/step_1/x") == nullptr);
}

BOOST_AUTO_TEST_CASE(many_datasets_take_bounded_memory) {
  Recording recording;
  for (int i = 0; i < 20000; ++i)
    recording.recorder().add("a.h5", "/" + std::to_string(i), {{1}, {1}, {}, 1}, Filters::kNone);
  BOOST_TEST(recording.recorder().find("a.h5", "/0") == nullptr);
  BOOST_TEST(recording.recorder().find("a.h5", "/19999") != nullptr);
  // One that a handle uses stays.
  BOOST_TEST(recording.recorder().find("a.h5", "/step_1/x").get() == &recording.track());
}

BOOST_AUTO_TEST_CASE(records_are_stored_once) {
  Recording recording;
  recording.read({5, 0}, {1, 30});
  BOOST_TEST(recording.accesses().at(0).calls == 1U);
  BOOST_TEST(recording.accesses().at(0).calls == 1U);
  recording.read({6, 0}, {1, 30});
  BOOST_TEST(recording.accesses().at(0).calls == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_recorded_makes_no_file) {
  Recording recording;
  BOOST_TEST(recording.recorder().store() == "");
  BOOST_TEST(!std::filesystem::exists(recording.path()));
}

BOOST_AUTO_TEST_CASE(a_forked_child_stores_its_own_calls_alone) {
  Recording recording;
  for (int i = 0; i < 5; ++i) recording.read({5, 0}, {1, 30});
  const pid_t child = ::fork();
  if (child == 0) {
    recording.read({9, 0}, {1, 30});
    ::_exit(recording.recorder().store().empty() ? 0 : 1);
  }
  int status = -1;
  BOOST_TEST(::waitpid(child, &status, 0) == child);
  BOOST_TEST(status == 0);
  BOOST_TEST(load_profile(recording.path()).profile->datasets.at(0).accesses.at(0).calls == 1U);
  BOOST_TEST(recording.accesses().at(0).calls == 6U);
}

/// What is in the profile while the process goes on.
std::pair<std::uint64_t, std::uint64_t> processes_and_calls(const Recording& recording) {
  const auto loaded = load_profile(recording.path());
  if (!loaded.profile || loaded.profile->datasets.empty()) return {0, 0};
  std::uint64_t calls = 0;
  for (const RecordedAccess& access : loaded.profile->datasets.at(0).accesses)
    calls += access.calls;
  return {loaded.profile->processes, calls};
}

using Counts = std::pair<std::uint64_t, std::uint64_t>;
using Moment = AccessRecorder::Moment;

BOOST_AUTO_TEST_CASE(a_child_that_ends_by_exit_of_the_system_stores_at_the_close_of_a_file) {
  Recording recording;
  recording.read({5, 0}, {1, 30});
  recording.recorder().hold();  // as around fork()
  const pid_t child = ::fork();
  if (child == 0) {
    recording.recorder().release_in_child();
    for (int i = 0; i < 3; ++i) recording.read({9, 0}, {1, 30});
    ::_exit(recording.recorder().store_if_due(Moment::kFileClosed).empty() ? 0 : 1);
  }
  recording.recorder().release();
  int status = -1;
  BOOST_TEST(::waitpid(child, &status, 0) == child);
  BOOST_TEST(status == 0);
  BOOST_TEST((processes_and_calls(recording) == Counts{1, 3}));
  BOOST_TEST((recording.recorder().store() == ""));
  BOOST_TEST((processes_and_calls(recording) == Counts{2, 4}));
}

BOOST_AUTO_TEST_CASE(what_is_stored_in_between_is_counted_once_and_rarely) {
  Recording recording;
  recording.read({5, 0}, {1, 30});
  // A process that has just begun ends well, most likely.
  BOOST_TEST(recording.recorder().store_if_due(Moment::kFileClosed) == "");
  BOOST_TEST(!std::filesystem::exists(recording.path()));
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  BOOST_TEST(recording.recorder().store_if_due(Moment::kCall) == "");
  BOOST_TEST(!std::filesystem::exists(recording.path()));
  BOOST_TEST(recording.recorder().store_if_due(Moment::kFileClosed) == "");
  BOOST_TEST((processes_and_calls(recording) == Counts{1, 1}));
  recording.read({6, 0}, {1, 30});
  BOOST_TEST(recording.recorder().store_if_due(Moment::kFileClosed) == "");
  BOOST_TEST((processes_and_calls(recording) == Counts{1, 1}), "stored again at once");
  BOOST_TEST(recording.recorder().store() == "");
  BOOST_TEST((processes_and_calls(recording) == Counts{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_busy_file_is_not_waited_for_and_nothing_is_lost) {
  Recording recording;
  const int file = ::open(recording.path().c_str(), O_RDWR | O_CREAT, 0600);
  BOOST_REQUIRE(::flock(file, LOCK_EX) == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  recording.read({5, 0}, {1, 30});
  const auto start = AccessRecorder::Clock::now();
  BOOST_TEST(recording.recorder().store_if_due(Moment::kCall) == "");
  BOOST_TEST((AccessRecorder::Clock::now() - start < std::chrono::milliseconds(500)));
  recording.read({6, 0}, {1, 30});
  ::close(file);
  BOOST_TEST(recording.recorder().store() == "");
  BOOST_TEST((processes_and_calls(recording) == Counts{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_profile_that_is_refused_is_told_once) {
  Recording recording;
  std::ofstream(recording.path()) << "not a profile";
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  recording.read({5, 0}, {1, 30});
  BOOST_TEST(recording.recorder().store_if_due(Moment::kCall) != "");
  recording.read({5, 0}, {1, 30});
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  BOOST_TEST(recording.recorder().store_if_due(Moment::kCall) == "");
}

BOOST_AUTO_TEST_CASE(a_child_that_does_nothing_stores_nothing) {
  Recording recording;
  recording.read({5, 0}, {1, 30});
  const pid_t child = ::fork();
  if (child == 0) ::_exit(recording.recorder().store().empty() ? 0 : 1);
  int status = -1;
  BOOST_TEST(::waitpid(child, &status, 0) == child);
  BOOST_TEST(!std::filesystem::exists(recording.path()));
}

/// As the plugin does it: asked before each call.
void many_calls(Recording& recording, AccessKind kind, int count, std::uint64_t& looked_at) {
  for (int i = 0; i < count; ++i) {
    if (!AccessRecorder::wants(recording.track(), kind)) continue;
    ++looked_at;
    recording.call(kind, {static_cast<std::uint64_t>(i) % 100, 0}, {1, 30});
  }
}

BOOST_AUTO_TEST_CASE(of_many_quick_calls_some_stand_for_all) {
  constexpr int kCalls = 300'000;
  Recording recording;
  std::uint64_t looked_at = 0;
  many_calls(recording, kWrite, kCalls, looked_at);
  BOOST_TEST(looked_at < 0.3 * kCalls);
  const auto accesses = recording.accesses();
  BOOST_REQUIRE(accesses.size() == 1U);
  BOOST_TEST(static_cast<double>(accesses[0].calls) > 0.9 * kCalls);
  BOOST_TEST(static_cast<double>(accesses[0].calls) < 1.1 * kCalls);
  BOOST_TEST((only_placement(accesses) == Placement::kInOrder));
}

BOOST_AUTO_TEST_CASE(slow_calls_after_quick_ones_are_seen) {
  Recording recording;
  std::uint64_t looked_at = 0;
  many_calls(recording, kWrite, 100'000, looked_at);
  int seen = 0;
  for (int i = 0; i < 60; ++i) {
    if (AccessRecorder::wants(recording.track(), kWrite)) {
      ++seen;
      recording.call(kWrite, {0, 7}, {100, 1});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  BOOST_TEST(seen >= 20);
}

BOOST_AUTO_TEST_CASE(reads_after_quick_writes_are_seen) {
  Recording recording;
  std::uint64_t looked_at = 0;
  many_calls(recording, kWrite, 100'000, looked_at);
  BOOST_TEST(AccessRecorder::wants(recording.track(), AccessKind::kRead));
}

BOOST_AUTO_TEST_CASE(lookups_stop_when_they_cost_too_much) {
  Recording recording;
  BOOST_TEST(recording.recorder().wants_lookup());
  recording.recorder().note_lookup(1000);
  BOOST_TEST(!recording.recorder().wants_lookup());
  BOOST_TEST(!recording.recorder().wants_lookup());
  recording.read({5, 0}, {1, 30});  // stands for the two
  BOOST_TEST(recording.accesses().at(0).calls == 3U);
}

BOOST_AUTO_TEST_CASE(threads_may_record_at_once) {
  Recording recording;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (std::uint64_t k = 0; k < 1000; ++k)
        recording.read({(k * 7 + static_cast<std::uint64_t>(i)) % 80, 0}, {5, 30});
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(recording.accesses().at(0).calls == 4000U);
}

BOOST_AUTO_TEST_CASE(threads_may_store_while_others_record_and_one_forks) {
  Recording recording;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (std::uint64_t k = 0; k < 1000; ++k) {
        recording.read({k % 80, 0}, {5, 30});
        if (recording.recorder().wants_lookup()) recording.recorder().note_lookup(1e-6);
        recording.recorder().store_if_due(Moment::kFileClosed);
      }
    });
  }
  threads.emplace_back([&] {
    for (int k = 0; k < 20; ++k) BOOST_TEST(recording.recorder().store() == "");
  });
  threads.emplace_back([&] {
    for (int k = 0; k < 100; ++k) {
      recording.recorder().hold();
      recording.recorder().release_in_child();  // which has the next close stored
    }
  });
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(recording.recorder().store() == "");
  BOOST_TEST(processes_and_calls(recording).second == 2000U);
  BOOST_TEST(processes_and_calls(recording).first == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
