// Where the caller's thread spends the time of a transfer, for the statistics.
//
// Called by everything that waits for workers or for libhdf5. Thread rule: one PhaseSeconds belongs
// to the thread that called HDF5.
#pragma once

#include <chrono>

namespace h5pave {

/// Seconds of one or more transfers. What is in none of the phases is preparation: planning,
/// copying, conversion.
struct PhaseSeconds {
  double total = 0;
  double filter = 0;  ///< Encoding and decoding, and waiting for workers that do.
  double store = 0;   ///< libhdf5 reads and writes stored chunks, and looks them up.
  double native = 0;  ///< libhdf5 runs the call.

  double preparation() const { return total - filter - store - native; }

  PhaseSeconds& operator+=(const PhaseSeconds& more) {
    total += more.total;
    filter += more.filter;
    store += more.store;
    native += more.native;
    return *this;
  }
};

/// Adds the time of its scope to one phase. Phases must not nest, but for the total.
class PhaseTimer {
 public:
  /// With `seconds` null nothing is measured.
  PhaseTimer(PhaseSeconds* seconds, double PhaseSeconds::*phase) : seconds_(seconds), phase_(phase) {
    if (seconds_ != nullptr) start_ = Clock::now();
  }
  PhaseTimer(const PhaseTimer&) = delete;
  PhaseTimer& operator=(const PhaseTimer&) = delete;
  ~PhaseTimer() {
    if (seconds_ != nullptr)
      seconds_->*phase_ += std::chrono::duration<double>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;

  PhaseSeconds* const seconds_;
  double PhaseSeconds::*const phase_;
  Clock::time_point start_;
};

}  // namespace h5pave
