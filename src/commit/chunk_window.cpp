#include "commit/chunk_window.h"

namespace h5pave {

ChunkWindow::ChunkWindow(SlotPool& slots, ThreadPool* pool, std::size_t depth,
                         const FilterSteps& steps, DeflateMode mode)
    : slots_(slots), pool_(pool), places_(depth) {
  for (Place& place : places_) place.slot = slots_.take(steps, mode);
}

ChunkWindow::~ChunkWindow() {
  for (std::size_t i = 0; i < places_.size(); ++i) wait(i);
  for (Place& place : places_) slots_.give_back(std::move(place.slot));
}

void ChunkWindow::start(std::size_t job, std::function<void()> work) {
  Place& place = places_[job % places_.size()];
  place.busy = true;  // No worker knows this place yet.
  place.failed = false;
  const auto run = [this, &place, work = std::move(work)] {
    bool failed = false;
    try {
      work();
    } catch (...) {  // Reported by wait(): the caller's thread knows what to do about it.
      failed = true;
    }
    // Notified under the lock: the window may be gone as soon as its owner sees the last job end.
    const std::lock_guard lock(mutex_);
    place.busy = false;
    place.failed = failed;
    job_ended_.notify_all();
  };
  if (pool_ == nullptr) {
    run();
  } else {
    pool_->submit(run);
  }
}

bool ChunkWindow::wait(std::size_t job) {
  Place& place = places_[job % places_.size()];
  std::unique_lock lock(mutex_);
  job_ended_.wait(lock, [&place] { return !place.busy; });
  return !place.failed;
}

}  // namespace h5pave
