#include "commit/chunk_window.h"

namespace h5pave {

ChunkWindow::ChunkWindow(const Workshop& workshop, std::size_t depth, const ChunkFormat& format)
    : workshop_(workshop), places_(depth) {
  for (Place& place : places_) place.slot = take_slot(format, workshop_);
}

ChunkWindow::~ChunkWindow() {
  for (std::size_t i = 0; i < places_.size(); ++i) wait(i);
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
  if (workshop_.pool == nullptr) {
    const PhaseTimer timer(workshop_.seconds, &PhaseSeconds::filter);
    run();
    return;
  }
  try {
    workshop_.pool->submit(run);
  } catch (...) {  // No worker has it: the destructor must not wait for one.
    place.busy = false;
    throw;
  }
}

bool ChunkWindow::wait(std::size_t job) {
  Place& place = places_[job % places_.size()];
  const PhaseTimer timer(workshop_.seconds, &PhaseSeconds::filter);
  std::unique_lock lock(mutex_);
  job_ended_.wait(lock, [&place] { return !place.busy; });
  return !place.failed;
}

}  // namespace h5pave
