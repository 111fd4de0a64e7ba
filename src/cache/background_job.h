// One job that a worker runs while the program computes.
//
// Called by the chunk cache. Thread rule: start() and wait() on the thread that called HDF5.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "exec/thread_pool.h"

namespace h5pave {

class BackgroundJob {
 public:
  /// Runs `work` on `pool`, or at once on this thread where `pool` is null. What `work` uses must
  /// live until wait() returned.
  static std::shared_ptr<BackgroundJob> start(ThreadPool* pool, std::function<void()> work);

  /// True when wait() would not block.
  bool has_ended() const;

  /// Waits for the end; true when `work` did not throw. In a forked child the jobs that were
  /// running in the parent are lost: false, and what they used must not be freed or used again.
  bool wait() const;

  /// True in a forked child for a job that the fork cut off.
  bool is_lost() const;

 private:
  enum State : int { kRunning, kDone, kFailed };

  BackgroundJob();
  void run(const std::function<void()>& work);

  // No mutex: it might be locked by a worker at the moment of a fork.
  std::atomic<int> state_{kRunning};
  const int process_id_;
};

}  // namespace h5pave
