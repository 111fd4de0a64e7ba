// Lines on stderr: levels, the rank, one line per text, and a closed stderr.
#include "report/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/temporary_folder.h"

namespace h5pave {

namespace {

/// Sends stderr into a file while it lives.
struct LogTest {
  LogTest() : saved(::dup(STDERR_FILENO)) {
    for (const char* const variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
      ::unsetenv(variable);
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_APPEND, 0600);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
  }
  LogTest(const LogTest&) = delete;
  LogTest& operator=(const LogTest&) = delete;
  ~LogTest() {
    ::dup2(saved, STDERR_FILENO);
    ::close(saved);
  }

  std::string text() const {
    std::ifstream file(path);
    std::ostringstream read;
    read << file.rdbuf();
    return read.str();
  }

  test::TemporaryFolder folder;
  std::string path = folder.file("stderr");
  int saved;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(LogLines, LogTest)

BOOST_AUTO_TEST_CASE(only_what_is_within_the_limit_is_written) {
  Log::write(LogLevel::kWarn, LogLevel::kWarn, "shown");
  Log::write(LogLevel::kWarn, LogLevel::kInfo, "hidden");
  Log::write(LogLevel::kOff, LogLevel::kError, "hidden");
  Log::write(LogLevel::kDebug, LogLevel::kInfo, "shown too");
  BOOST_TEST(text() == "h5pave: shown\nh5pave: shown too\n");
}

BOOST_AUTO_TEST_CASE(each_text_is_written_once_when_asked_so) {
  Log log;
  for (int i = 0; i < 3; ++i) log.write_once(LogLevel::kWarn, LogLevel::kWarn, "a");
  log.write_once(LogLevel::kWarn, LogLevel::kWarn, "b");
  BOOST_TEST(text() == "h5pave: a\nh5pave: b\n");
}

BOOST_AUTO_TEST_CASE(a_text_that_was_not_shown_may_be_shown_later) {
  Log log;
  log.write_once(LogLevel::kOff, LogLevel::kWarn, "a");
  log.write_once(LogLevel::kWarn, LogLevel::kWarn, "a");
  BOOST_TEST(text() == "h5pave: a\n");
}

BOOST_AUTO_TEST_CASE(the_rank_of_an_mpi_job_is_named) {
  ::setenv("OMPI_COMM_WORLD_RANK", "5", 1);
  Log::write(LogLevel::kWarn, LogLevel::kWarn, "a");
  ::unsetenv("OMPI_COMM_WORLD_RANK");
  BOOST_TEST(text() == "h5pave: [rank 5] a\n");
}

BOOST_AUTO_TEST_CASE(a_closed_stderr_is_no_error_and_errno_stays) {
  ::close(STDERR_FILENO);
  errno = EDOM;
  Log::write(LogLevel::kWarn, LogLevel::kWarn, "a");
  BOOST_TEST(errno == EDOM);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
