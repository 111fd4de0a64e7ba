// A bounded window of chunks in work: jobs are handed to workers in order and waited for in order,
// so that the caller's thread, the only one that may call HDF5, commits or fetches in between.
//
// Called by the chunk writer and reader. Thread rule: one thread owns a window; jobs run on
// workers.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "commit/chunk_format.h"

namespace h5pave {

class ChunkWindow {
 public:
  /// `depth` slots are taken from `workshop` and given back at the end. Without a pool there, jobs
  /// run on the caller's thread.
  ChunkWindow(const Workshop& workshop, std::size_t depth, const ChunkFormat& format);
  ChunkWindow(const ChunkWindow&) = delete;
  ChunkWindow& operator=(const ChunkWindow&) = delete;

  /// Waits for all jobs, which use the program's memory.
  ~ChunkWindow();

  std::size_t depth() const { return places_.size(); }

  /// The slot for the job with running number `job`; job - depth() must have been waited for.
  ChunkSlot& slot(std::size_t job) { return *places_[job % places_.size()].slot; }

  /// Starts `work` for running number `job`. `work` may throw: wait() then returns false.
  void start(std::size_t job, std::function<void()> work);

  /// Waits for the end of running number `job`; true when its work did not throw.
  bool wait(std::size_t job);

 private:
  struct Place {
    SlotLease slot;
    bool busy = false;
    bool failed = false;
  };

  const Workshop workshop_;
  std::mutex mutex_;  // guards busy and failed of all places
  std::condition_variable job_ended_;
  std::vector<Place> places_;
};

}  // namespace h5pave
