// The thread pool: every job runs once, workers end with the pool, none starts without a job.
#include "exec/thread_pool.h"

#include <dirent.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>

namespace h5pave {

namespace {

std::size_t threads_of_this_process() {
  DIR* const tasks = opendir("/proc/self/task");
  std::size_t count = 0;
  while (const dirent* const entry = readdir(tasks)) count += entry->d_name[0] != '.' ? 1 : 0;
  closedir(tasks);
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(thread_pool)

BOOST_AUTO_TEST_CASE(every_job_runs_once) {
  std::atomic<int> runs{0};
  {
    ThreadPool pool(3);
    for (int i = 0; i < 1000; ++i) pool.submit([&runs] { ++runs; });
  }
  BOOST_TEST(runs.load() == 1000);
}

BOOST_AUTO_TEST_CASE(no_thread_starts_without_a_job_and_none_is_left_behind) {
  const std::size_t before = threads_of_this_process();
  {
    ThreadPool idle(8);
    BOOST_TEST(threads_of_this_process() == before);
    idle.submit([] {});
  }
  BOOST_TEST(threads_of_this_process() == before);
}

BOOST_AUTO_TEST_CASE(no_thread_is_left_at_rest_and_jobs_run_afterwards) {
  const std::size_t before = threads_of_this_process();
  std::atomic<int> runs{0};
  {
    ThreadPool pool(3);
    for (int round = 1; round <= 50; ++round) {
      for (int i = 0; i < 20; ++i) pool.submit([&runs] { ++runs; });
      pool.rest();
      BOOST_TEST(runs.load() == 20 * round);
      BOOST_TEST(threads_of_this_process() == before);
    }
  }
}

// A program forks in one thread while another one writes.
BOOST_AUTO_TEST_CASE(jobs_submitted_while_the_pool_goes_to_rest_run) {
  std::atomic<int> runs{0};
  {
    ThreadPool pool(3);
    std::thread other([&] {
      for (int i = 0; i < 3000; ++i) pool.submit([&runs] { ++runs; });
    });
    for (int i = 0; i < 100; ++i) pool.rest();
    other.join();
  }
  BOOST_TEST(runs.load() == 3000);
}

BOOST_AUTO_TEST_CASE(jobs_run_on_several_threads_at_once) {
  // Two jobs that wait for each other end only when both run at the same time.
  std::atomic<int> arrived{0};
  {
    ThreadPool pool(2);
    for (int i = 0; i < 2; ++i) {
      pool.submit([&arrived] {
        ++arrived;
        while (arrived.load() < 2) std::this_thread::yield();
      });
    }
  }
  BOOST_TEST(arrived.load() == 2);
}

BOOST_AUTO_TEST_CASE(at_least_one_processor_is_usable) { BOOST_TEST(usable_processors() >= 1U); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
