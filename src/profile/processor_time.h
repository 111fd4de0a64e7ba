// The processor time of the calling thread: what recording costs, however busy the machine is.
//
// Called by access_recorder.cpp and plugin/access_recording.cpp. Thread rule: safe from any thread.
#pragma once

#include <chrono>
#include <ctime>

namespace h5pave {

inline std::chrono::nanoseconds processor_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace h5pave
