// The bytes that all chunk caches of the process may hold together (option `mem`).
//
// Called by the chunk caches. Thread rule: the thread that called HDF5.
#pragma once

#include <cstdint>
#include <vector>

namespace h5pave {

/// Holds bytes that it can do without.
class MemoryHolder {
 public:
  MemoryHolder() = default;
  MemoryHolder(const MemoryHolder&) = delete;
  MemoryHolder& operator=(const MemoryHolder&) = delete;
  virtual ~MemoryHolder() = default;

  /// Gives back to the account what can be read again from the file.
  virtual void release_clean() = 0;
};

class MemoryAccount {
 public:
  explicit MemoryAccount(std::uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  std::uint64_t limit_bytes() const { return limit_bytes_; }

  /// Takes `bytes`; false when that is more than the limit leaves, plus `allowance` bytes that
  /// stock HDF5 would hold in our place.
  bool take(std::uint64_t bytes, std::uint64_t allowance);
  void give_back(std::uint64_t bytes);

  void add(MemoryHolder* holder) { holders_.push_back(holder); }
  void remove(MemoryHolder* holder);

  /// Has all holders but `asking` release what they can do without.
  void press(const MemoryHolder* asking);

 private:
  const std::uint64_t limit_bytes_;
  std::uint64_t used_bytes_ = 0;
  std::vector<MemoryHolder*> holders_;
};

}  // namespace h5pave
