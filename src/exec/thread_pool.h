// Worker threads for jobs that call neither HDF5 nor MPI.
//
// Called by the chunk writer and reader. Thread rule: submit() and wait() from any thread; a job
// runs on one worker. Workers start with the first job, so that a program that never needs them has
// none.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace h5pave {

/// Processors that this process may use: its affinity mask and, where lower, its cgroup's quota
/// rounded up; at least 1.
unsigned usable_processors();

/// This process's share of them where `processes` of one job run on this machine: those of its
/// affinity mask, but no more than the machine's divided by the processes; at least 1.
unsigned usable_processors(int processes);

class ThreadPool {
 public:
  /// `threads` workers at most; requires threads ≥ 1.
  explicit ThreadPool(unsigned threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// As rest(). A forked child has no workers: it must abandon its copy of the pool instead of
  /// destroying it.
  ~ThreadPool();

  /// Runs all submitted jobs to their end and joins the workers; the next job starts new ones.
  void rest();

  unsigned thread_count() const { return thread_count_; }

  /// Queues `job`, which must not throw. Starts workers as needed; when the machine refuses a first
  /// thread the job runs on the caller.
  void submit(std::function<void()> job);

 private:
  void run_worker();
  bool start_worker();

  const unsigned thread_count_;
  std::mutex turn_;   // held by submit() and rest(), before mutex_
  std::mutex mutex_;  // guards all below
  std::condition_variable job_ready_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> workers_;
  unsigned idle_workers_ = 0;
  bool stopping_ = false;
};

}  // namespace h5pave
