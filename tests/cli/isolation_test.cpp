#include "cli/isolation.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace h5pave::cli {

namespace {

/// Ends the child as a crash in libhdf5 would, past the handlers of Boost.Test and sanitizers.
[[noreturn]] void crash() {
  std::signal(SIGSEGV, SIG_DFL);
  std::raise(SIGSEGV);
  std::abort();
}

bool left_out(const std::vector<Crash>& crashes, const std::string& path) {
  return std::ranges::any_of(crashes, [&](const Crash& crash) { return crash.path == path; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(RunIsolatedTest)

BOOST_AUTO_TEST_CASE(result_of_an_inspection_without_crash) {
  BOOST_TEST(run_isolated([](Progress&, const std::vector<Crash>&) { return 3; }) == 3);
}

BOOST_AUTO_TEST_CASE(each_object_that_crashes_is_left_out_once) {
  const int result = run_isolated([](Progress& progress, const std::vector<Crash>& crashes) {
    for (const std::string path : {"/a", "/bad", "/c", "/worse"}) {
      progress.reading(path);
      if (path.size() > 2 && !left_out(crashes, path)) crash();
    }
    return crashes.size() == 2 && crashes[0].reason.find("crashed") != std::string::npos ? 1 : 0;
  });
  BOOST_TEST(result == 1);
}

BOOST_AUTO_TEST_CASE(a_crash_that_comes_back_is_an_error) {
  const auto inspect = [](Progress& progress, const std::vector<Crash>&) -> int {
    progress.reading("/bad");
    crash();
  };
  BOOST_CHECK_THROW(run_isolated(inspect), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_crash_before_any_object_is_an_error) {
  BOOST_CHECK_THROW(run_isolated([](Progress&, const std::vector<Crash>&) -> int { crash(); }),
                    std::runtime_error);
}

BOOST_AUTO_TEST_CASE(an_exception_is_exit_status_1) {
  BOOST_TEST(run_isolated([](Progress&, const std::vector<Crash>&) -> int {
               throw std::runtime_error("on purpose");
             }) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::cli
