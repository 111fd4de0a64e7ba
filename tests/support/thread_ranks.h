// MPI ranks as threads of the test: the communicator of the collective writer without MPI.
#pragma once

#include <condition_variable>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "mpi/communicator.h"

namespace h5pave {

/// What the ranks of one test share: a barrier, and one place per rank to show something.
class ThreadRanks {
 public:
  explicit ThreadRanks(int size) : size_(size), shown_(static_cast<std::size_t>(size)) {}

  int size() const { return size_; }

  /// Shows `own` to all ranks; returns when all have shown theirs.
  void show(int rank, const void* own) {
    shown_[static_cast<std::size_t>(rank)] = own;
    wait();
  }
  const void* shown(int rank) const { return shown_[static_cast<std::size_t>(rank)]; }

  /// A barrier.
  void wait() {
    std::unique_lock lock(mutex_);
    const unsigned turn = turn_;
    if (++waiting_ == size_) {
      waiting_ = 0;
      ++turn_;
      all_here_.notify_all();
    } else {
      all_here_.wait(lock, [&] { return turn_ != turn; });
    }
  }

  /// Runs `body` once per rank, each in a thread of its own.
  void run(const std::function<void(int)>& body) {
    std::vector<std::thread> threads;
    for (int rank = 0; rank < size_; ++rank) threads.emplace_back(body, rank);
    for (std::thread& thread : threads) thread.join();
  }

 private:
  const int size_;
  std::vector<const void*> shown_;
  std::mutex mutex_;  // guards all below
  std::condition_variable all_here_;
  int waiting_ = 0;
  unsigned turn_ = 0;
};

class ThreadCommunicator : public Communicator {
 public:
  ThreadCommunicator(ThreadRanks& ranks, int rank) : ranks_(ranks), rank_(rank) {}

  int rank() const override { return rank_; }
  int size() const override { return ranks_.size(); }

  bool all_max(std::span<std::int64_t> values) override {
    const std::vector<std::int64_t> own(values.begin(), values.end());
    ranks_.show(rank_, own.data());
    for (int rank = 0; rank < size(); ++rank) {
      const auto* const other = static_cast<const std::int64_t*>(ranks_.shown(rank));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::max(values[i], other[i]);
    }
    ranks_.wait();
    return true;
  }

  bool all_gather(std::span<const std::byte> own, std::span<std::byte> all) override {
    const std::vector<std::uint64_t> records(static_cast<std::size_t>(size()), 1);
    return all_gather_records(own, own.size(), records, all);
  }

  bool all_gather_records(std::span<const std::byte> own, std::size_t record_bytes,
                          std::span<const std::uint64_t> records,
                          std::span<std::byte> all) override {
    ranks_.show(rank_, own.data());
    std::size_t place = 0;
    for (int rank = 0; rank < size(); ++rank) {
      const std::size_t bytes = records[static_cast<std::size_t>(rank)] * record_bytes;
      if (bytes > 0) std::memcpy(all.data() + place, ranks_.shown(rank), bytes);
      place += bytes;
    }
    ranks_.wait();
    return true;
  }

  bool exchange(const Messages& out, Messages& in) override {
    ranks_.show(rank_, &out);
    bool all_fit = true;
    for (int rank = 0; rank < size(); ++rank) {
      const auto& sent =
          (*static_cast<const Messages*>(ranks_.shown(rank)))[static_cast<std::size_t>(rank_)];
      auto& received = in[static_cast<std::size_t>(rank)];
      all_fit = all_fit && sent.size() == received.size();
      if (all_fit) received = sent;
    }
    ranks_.wait();
    return all_fit;
  }

 private:
  ThreadRanks& ranks_;
  const int rank_;
};

}  // namespace h5pave
