#include "cache/background_job.h"

#include <unistd.h>

namespace h5pave {

BackgroundJob::BackgroundJob() : process_id_(::getpid()) {}

std::shared_ptr<BackgroundJob> BackgroundJob::start(ThreadPool* pool, std::function<void()> work) {
  const std::shared_ptr<BackgroundJob> job(new BackgroundJob());
  if (pool == nullptr) {
    job->run(work);
  } else {
    pool->submit([job, work = std::move(work)] { job->run(work); });
  }
  return job;
}

void BackgroundJob::run(const std::function<void()>& work) {
  int end = kDone;
  try {
    work();
  } catch (...) {  // wait() tells; the caller's thread knows what to do about it.
    end = kFailed;
  }
  state_.store(end);
  state_.notify_all();
}

bool BackgroundJob::has_ended() const { return state_.load() != kRunning || is_lost(); }

bool BackgroundJob::is_lost() const {
  return state_.load() == kRunning && process_id_ != ::getpid();
}

bool BackgroundJob::wait() const {
  if (is_lost()) return false;
  state_.wait(kRunning);
  return state_.load() == kDone;
}

}  // namespace h5pave
