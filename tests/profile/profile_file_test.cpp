// The file: two writers, links, garbage, places that cannot be written.
#include "profile/profile_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "support/temporary_folder.h"

namespace h5pave {

namespace {

AccessProfile one_call() {
  RecordedAccess access;
  access.lengths = {1};
  access.start = {0};
  access.calls = 1;
  RecordedDataset dataset;
  dataset.pattern = "/x";
  dataset.shape = {{10}, {10}, {2}, 4};
  dataset.accesses = {access};
  AccessProfile profile;
  profile.processes = 1;
  profile.datasets = {dataset};
  return profile;
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::uint64_t calls_in(const std::string& path) {
  const LoadedProfile loaded = load_profile(path);
  BOOST_TEST(loaded.trouble == "");
  return loaded.profile ? loaded.profile->datasets.at(0).accesses.at(0).calls : 0;
}

std::size_t files_beside(const std::string& path) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(path).parent_path()))
    ++count;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(profile_files)

BOOST_AUTO_TEST_CASE(no_file_is_no_trouble) {
  const test::TemporaryFolder folder;
  const LoadedProfile loaded = load_profile(folder.file("p"));
  BOOST_TEST(loaded.trouble == "");
  BOOST_TEST(!loaded.profile.has_value());
  write(folder.file("empty"), "");
  BOOST_TEST(load_profile(folder.file("empty")).trouble == "");
}

BOOST_AUTO_TEST_CASE(runs_add_up_and_leave_nothing_behind) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("p");
  for (int run = 0; run < 3; ++run) BOOST_TEST(add_to_profile(path, one_call()) == "");
  BOOST_TEST(calls_in(path) == 3U);
  BOOST_TEST(load_profile(path).profile->processes == 3U);
  BOOST_TEST(files_beside(path) == 1U);
}

BOOST_AUTO_TEST_CASE(rights_stay) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("p");
  BOOST_TEST(add_to_profile(path, one_call()) == "");
  BOOST_REQUIRE(::chmod(path.c_str(), 0640) == 0);
  BOOST_TEST(add_to_profile(path, one_call()) == "");
  struct stat status {};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777) == 0640);
}

BOOST_AUTO_TEST_CASE(writers_at_once_lose_nothing) {
  constexpr int kWriters = 8;
  constexpr int kTimes = 25;
  const test::TemporaryFolder folder;
  const std::string path = folder.file("p");
  std::vector<pid_t> children;
  for (int i = 0; i < kWriters; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      bool well = true;
      for (int k = 0; k < kTimes; ++k) well = add_to_profile(path, one_call()).empty() && well;
      ::_exit(well ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    BOOST_TEST(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
  }
  BOOST_TEST(calls_in(path) == static_cast<std::uint64_t>(kWriters * kTimes));
  BOOST_TEST(files_beside(path) == 1U);
}

BOOST_AUTO_TEST_CASE(a_reader_sees_a_whole_profile_at_any_time) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("p");
  BOOST_TEST(add_to_profile(path, one_call()) == "");
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) add_to_profile(path, one_call());
  });
  std::uint64_t last = 1;
  while (last < 150) {
    const LoadedProfile loaded = load_profile(path);
    if (loaded.trouble.empty() && loaded.profile) {
      BOOST_REQUIRE(loaded.profile->datasets.at(0).accesses.at(0).calls >= last);
      last = loaded.profile->datasets.at(0).accesses.at(0).calls;
    } else {
      BOOST_ERROR("half a profile: " + loaded.trouble);
      break;
    }
  }
  writer.join();
}

BOOST_AUTO_TEST_CASE(a_writer_that_never_ends_is_not_waited_for) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("p");
  BOOST_TEST(add_to_profile(path, one_call()) == "");
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  BOOST_REQUIRE(::flock(file, LOCK_EX) == 0);
  const std::string trouble = add_to_profile(path, one_call(), std::chrono::milliseconds(50));
  BOOST_TEST(trouble.find("is being written by others for too long") != std::string::npos);
  ::close(file);
  BOOST_TEST(calls_in(path) == 1U);
}

BOOST_AUTO_TEST_CASE(links_are_not_followed) {
  const test::TemporaryFolder folder;
  const std::string target = folder.file("target");
  const std::string link = folder.file("link");
  for (const bool target_exists : {false, true}) {
    if (target_exists) write(target, "");
    std::filesystem::remove(link);
    std::filesystem::create_symlink(target, link);
    BOOST_TEST(add_to_profile(link, one_call()).find("is a symbolic link") != std::string::npos);
    BOOST_TEST(load_profile(link).trouble.find("is a symbolic link") != std::string::npos);
    BOOST_TEST(content(target) == "");
    BOOST_TEST(std::filesystem::exists(target) == target_exists);
    BOOST_TEST(std::filesystem::is_symlink(link));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_profile_stays_as_it_is) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("p");
  for (const char* const text : {"my only copy\n", "{\"h5pave_profile\":7,\"more\":1}",
                                 "{\"h5pave_profile\":1,\"datasets\":["}) {
    write(path, text);
    const std::string trouble = add_to_profile(path, one_call());
    BOOST_TEST(trouble.find("it is left as it is and not used") != std::string::npos, trouble);
    BOOST_TEST(load_profile(path).trouble == trouble);  // one line tells both
    BOOST_TEST(content(path) == text);
    BOOST_TEST(files_beside(path) == 1U);
  }
}

BOOST_AUTO_TEST_CASE(only_plain_files_are_used) {
  const test::TemporaryFolder folder;
  const std::string pipe = folder.file("pipe");
  BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  BOOST_TEST(load_profile(pipe).trouble.find("is not a plain file") != std::string::npos);
  BOOST_TEST(add_to_profile(pipe, one_call()).find("is not a plain file") != std::string::npos);
  BOOST_TEST(add_to_profile("/dev/null", one_call()).find("is not a plain file") !=
             std::string::npos);
  const std::string folder_itself = folder.file(".");
  BOOST_TEST(add_to_profile(folder_itself, one_call()) != "");
  BOOST_TEST(load_profile(folder_itself).trouble != "");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_told) {
  const test::TemporaryFolder folder;
  const std::string trouble = add_to_profile(folder.file("none/p"), one_call());
  BOOST_TEST(trouble.find("cannot be written: No such file or directory") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
