// The statistics file: its content, where it goes, and what happens when it cannot go there.
#include "report/statistics.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "report/version.h"
#include "support/temporary_folder.h"

namespace h5pave {

namespace {

using Json = nlohmann::json;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct StatisticsTest {
  test::TemporaryFolder folder;
  std::string path = folder.file("stats.json");

  Json written(const Statistics& statistics) const {
    BOOST_TEST(statistics.write() == "");
    return Json::parse(text_of(path));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(StatisticsFile, StatisticsTest)

BOOST_AUTO_TEST_CASE(holds_creations_transfers_and_reasons) {
  Statistics statistics(path, "1.14.5");
  DatasetCounts* const first = statistics.dataset("a.h5", "/d");
  statistics.add_creation(first, {{30, 10},
                                  {30, ~std::uint64_t{0}},
                                  {5, 5},
                                  "v1 B-tree",
                                  "Extensible Array",
                                  "one unlimited dimension"});
  statistics.add_transfer(first, Direction::kWrite, Way::kOurs, 100, 2);
  statistics.add_transfer(first, Direction::kWrite, Way::kNative, 20, 0);
  statistics.add_later(first, Direction::kWrite, 3, {8, 4, 2, 1});
  statistics.add_transfer(statistics.dataset("a.h5", "/e"), Direction::kRead, Way::kOurs, 7, 0);
  statistics.add_pass_through("old_readers");
  statistics.add_pass_through("old_readers");
  const Json json = written(statistics);
  BOOST_TEST(json["h5pave"] == std::string(kVersion));
  BOOST_TEST(json["hdf5"] == "1.14.5");
  BOOST_TEST(json["process"] == ::getpid());
  BOOST_TEST(json["write"] == Json({{"calls", 2},
                                    {"bytes", 120},
                                    {"native_bytes", 20},
                                    {"chunks_in_parallel", 5},
                                    {"seconds",
                                     {{"total", 8.0},
                                      {"preparation", 1.0},
                                      {"filter", 4.0},
                                      {"store", 2.0},
                                      {"native", 1.0}}}}));
  BOOST_TEST(json["read"]["calls"] == 1);
  BOOST_TEST(json["read"]["bytes"] == 7);
  BOOST_TEST(json["read"]["chunks_in_parallel"] == 0);
  BOOST_TEST(json["read"]["seconds"]["total"] == 0.0);
  BOOST_TEST(json["pass_through"] == Json({{"old_readers", 2}}));
  BOOST_REQUIRE_EQUAL(json["datasets"].size(), 2U);
  const Json& created = json["datasets"][0];
  BOOST_TEST(created["max_shape"] == Json({30, nullptr}));
  BOOST_TEST(created["chunk"] == Json({5, 5}));
  BOOST_TEST(created["index_after"] == "Extensible Array");
  BOOST_TEST(created["reason"] == "one unlimited dimension");
  BOOST_TEST(json["datasets"][1]["created"] == false);
  BOOST_TEST(!json["datasets"][1].contains("chunk"));
}

BOOST_AUTO_TEST_CASE(one_dataset_has_one_entry) {
  Statistics statistics(path, "");
  BOOST_TEST(statistics.dataset("a.h5", "/d") == statistics.dataset("a.h5", "/d"));
  BOOST_TEST(statistics.dataset("a.h5", "/d") != statistics.dataset("b.h5", "/d"));
}

BOOST_AUTO_TEST_CASE(stays_small_with_very_many_datasets) {
  Statistics statistics(path, "");
  for (int i = 0; i < 10'010; ++i)
    statistics.add_transfer(statistics.dataset("a.h5", std::to_string(i)), Direction::kRead, Way::kOurs, 1, 0);
  const Json json = written(statistics);
  BOOST_TEST(json["datasets"].size() == 10'001U);
  BOOST_TEST(json["datasets"].back()["path"] == "(further datasets)");
  BOOST_TEST(json["datasets"].back()["read"]["calls"] == 10);
  BOOST_TEST(json["read"]["calls"] == 10'010);
}

BOOST_AUTO_TEST_CASE(names_that_are_not_utf8_do_not_spoil_the_file) {
  Statistics statistics(path, "");
  statistics.dataset("a\xff.h5", "/caf\xe9");
  BOOST_TEST(written(statistics)["datasets"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(replaces_an_older_file_and_leaves_no_other_behind) {
  std::ofstream(path) << "an older, much longer text than what follows";
  Statistics(path, "").write();
  BOOST_TEST(Json::parse(text_of(path)).is_object());
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(path).parent_path()))
    ++files;
  BOOST_TEST(files == 1U);
}

BOOST_AUTO_TEST_CASE(process_id_and_rank_go_into_the_name) {
  ::unsetenv("OMPI_COMM_WORLD_RANK");
  ::unsetenv("PMIX_RANK");
  ::setenv("PMI_RANK", "3", 1);
  BOOST_TEST(Statistics(folder.file("s-%r-%p-%x-%"), "").write() == "");
  ::unsetenv("PMI_RANK");
  BOOST_TEST(std::filesystem::exists(folder.file("s-3-" + std::to_string(::getpid()) + "-%x-%")));
  BOOST_TEST(Statistics(folder.file("s-%r"), "").write() == "");
  BOOST_TEST(std::filesystem::exists(folder.file("s-0")));
}

BOOST_AUTO_TEST_CASE(a_pipe_or_device_is_written_to_and_not_replaced) {
  const std::string target = folder.file("target");
  const std::string link = folder.file("link");
  BOOST_REQUIRE_EQUAL(::symlink(target.c_str(), link.c_str()), 0);
  BOOST_TEST(Statistics(link, "").write() == "");
  BOOST_TEST(std::filesystem::is_symlink(link));
  BOOST_TEST(Json::parse(text_of(target)).is_object());
  const std::string pipe = folder.file("pipe");
  BOOST_REQUIRE_EQUAL(::mkfifo(pipe.c_str(), 0600), 0);
  std::string found;
  std::thread reader([&] { found = text_of(pipe); });
  BOOST_TEST(Statistics(pipe, "").write() == "");
  reader.join();
  BOOST_TEST(Json::parse(found).is_object());
  BOOST_TEST(std::filesystem::is_fifo(pipe));
  BOOST_TEST(Statistics("/dev/null", "").write() == "");
  BOOST_TEST(std::filesystem::is_character_file("/dev/null"));
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_written_is_told_in_one_line) {
  const std::string missing = folder.file("missing/stats.json");
  const std::string error = Statistics(missing, "").write();
  BOOST_TEST(error == "cannot write the statistics to '" + missing +
                          "': No such file or directory; set H5PAVE_STATS to a file that can be "
                          "written");
  BOOST_TEST(Statistics("/dev/full", "").write().find("No space left on device") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_forked_child_writes_only_under_its_own_process_id) {
  const Statistics shared(path, "");
  const Statistics own(folder.file("own-%p.json"), "");
  const pid_t child = ::fork();
  if (child == 0) {
    const bool good = shared.write().empty() && own.write().empty();
    ::_exit(good ? 0 : 1);
  }
  int status = 1;
  BOOST_REQUIRE_EQUAL(::waitpid(child, &status, 0), child);
  BOOST_TEST(status == 0);
  BOOST_TEST(!std::filesystem::exists(path));
  BOOST_TEST(std::filesystem::exists(folder.file("own-" + std::to_string(child) + ".json")));
}

BOOST_AUTO_TEST_CASE(threads_may_count_at_the_same_time) {
  Statistics statistics(path, "");
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        statistics.add_transfer(statistics.dataset("a.h5", "/" + std::to_string(i % 7)),
                                Direction::kWrite, Way::kOurs, 1, 0);
        statistics.add_pass_through("reason");
      }
    });
  for (std::thread& thread : threads) thread.join();
  const Json json = written(statistics);
  BOOST_TEST(json["write"]["bytes"] == 4000);
  BOOST_TEST(json["pass_through"]["reason"] == 4000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
