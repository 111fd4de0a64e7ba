// Lets one chosen allocation of a test program fail. The program replaces the allocation function and
// asks is_to_fail() in it.
#pragma once

#include <atomic>
#include <new>

namespace h5pave::test {

/// Allocations until the one that fails; below 0: none does.
inline std::atomic<long> allocations_left{-1};

inline bool is_to_fail() {
  return allocations_left.load() >= 0 && allocations_left.fetch_sub(1) == 0;
}

/// Runs `call`, which returns whether it succeeded, with one allocation to fail `left` allocations
/// from now, and again without where it ended early. `left` becomes what is left of the count.
template <typename Call>
bool run_with_failing_allocation(long& left, Call&& call) {
  bool done = false;
  allocations_left.store(left);
  try {
    done = call();
  } catch (const std::bad_alloc&) {  // To be run again.
  }
  left = allocations_left.exchange(-1);
  return done || call();
}

}  // namespace h5pave::test
