#include "exec/thread_pool.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

namespace h5pave {

namespace {

/// The processors that the cgroup's quota allows (cpu.max of cgroup v2), or 0 without a quota.
unsigned cgroup_processors() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return 0;
  const double processors = std::strtod(quota.c_str(), nullptr) / period;
  return processors > 0 ? static_cast<unsigned>(processors + 0.999) : 0;
}

/// Signals belong to the program's own threads.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &saved_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &saved_, nullptr); }

 private:
  sigset_t saved_;
};

}  // namespace

unsigned usable_processors() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  unsigned count = std::thread::hardware_concurrency();
  if (sched_getaffinity(0, sizeof mask, &mask) == 0)
    count = static_cast<unsigned>(CPU_COUNT(&mask));
  if (const unsigned quota = cgroup_processors(); quota > 0) count = std::min(count, quota);
  return std::max(count, 1U);
}

unsigned usable_processors(int processes) {
  const unsigned own = usable_processors();
  unsigned machine = std::max(std::thread::hardware_concurrency(), 1U);
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (online > 0) machine = static_cast<unsigned>(online);
  if (const unsigned quota = cgroup_processors(); quota > 0) machine = std::min(machine, quota);
  const unsigned share = machine / static_cast<unsigned>(std::max(processes, 1));
  return std::clamp(share, 1U, own);
}

ThreadPool::ThreadPool(unsigned threads) : thread_count_(threads) {}

ThreadPool::~ThreadPool() { rest(); }

void ThreadPool::rest() {
  const std::lock_guard turn(turn_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  job_ready_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  const std::lock_guard lock(mutex_);
  workers_.clear();
  stopping_ = false;
}

bool ThreadPool::start_worker() {
  const BlockedSignals blocked;
  try {
    workers_.emplace_back([this] { run_worker(); });
    return true;
  } catch (const std::system_error&) {  // The machine's thread limit: go on with what there is.
    return false;
  }
}

void ThreadPool::submit(std::function<void()> job) {
  {
    const std::lock_guard turn(turn_);
    const std::lock_guard lock(mutex_);
    const bool wanted = idle_workers_ <= jobs_.size() && workers_.size() < thread_count_;
    if ((!wanted || start_worker()) || !workers_.empty()) {
      jobs_.push_back(std::move(job));
      job = nullptr;
    }
  }
  if (job) {
    job();
  } else {
    job_ready_.notify_one();
  }
}

void ThreadPool::run_worker() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_workers_;
    job_ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_workers_;
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace h5pave
