// A reference count that costs no locked instruction in a program with one thread.
//
// Used by object.h. Thread rule: safe from any thread.
#pragma once

#include <sys/single_threaded.h>

#include <atomic>

namespace h5pave {

/// Starts at one. As in libstdc++'s shared_ptr, additions are atomic only once the process has a
/// second thread; every call passes through several of them. All known builds of libhdf5 hold a
/// lock in all callbacks (1.14 thread-safe; 2.x with H5_HAVE_CONCURRENCY takes its lock
/// exclusively), but a count must not rest on that.
class ReferenceCount {
 public:
  void increment() {
    if (__libc_single_threaded != 0) {
      count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    } else {
      count_.fetch_add(1, std::memory_order_relaxed);
    }
  }

  /// True when that was the last reference.
  [[nodiscard]] bool decrement() {
    if (__libc_single_threaded == 0) return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    const long left = count_.load(std::memory_order_relaxed) - 1;
    count_.store(left, std::memory_order_relaxed);
    return left == 0;
  }

 private:
  std::atomic<long> count_{1};
};

}  // namespace h5pave
