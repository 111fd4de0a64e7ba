// The error boundary between C++ and libhdf5: no exception leaves a callback, every failure leaves
// a record on the HDF5 error stack.
//
// Called by every hand-written slot. Thread rule: as the slots, the thread that called HDF5.
#pragma once

#include <exception>
#include <utility>

#include "h5/error_stack.h"

namespace h5pave {

/// Runs `body` and returns its result. An exception becomes an error record that names `operation`
/// ("create dataset") and the cause, and `failure` is returned.
template <typename R, typename Body>
R guard(const char* operation, R failure, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& error) {
    push_error(operation, error.what());
  } catch (...) {
    push_error(operation, "an unknown exception");
  }
  return failure;
}

/// Runs `body`, which only tells about what is done already: if it throws, nobody is told.
template <typename Body>
void tell(Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
  } catch (...) {  // Out of memory, most likely: not the program's business.
  }
}

}  // namespace h5pave
