#include "cache/memory_account.h"

#include <algorithm>

namespace h5pave {

bool MemoryAccount::take(std::uint64_t bytes, std::uint64_t allowance) {
  const std::uint64_t limit = limit_bytes_ + std::min(allowance, ~limit_bytes_);
  if (bytes > limit || used_bytes_ > limit - bytes) return false;
  used_bytes_ += bytes;
  return true;
}

void MemoryAccount::give_back(std::uint64_t bytes) { used_bytes_ -= bytes; }

void MemoryAccount::remove(MemoryHolder* holder) { std::erase(holders_, holder); }

void MemoryAccount::press(const MemoryHolder* asking) {
  for (MemoryHolder* const holder : holders_) {
    if (holder != asking) holder->release_clean();
  }
}

}  // namespace h5pave
