// What libhdf5's enlarged chunk caches may take together, and one dataset's part of it, given back
// when its handle goes. Called by cache_amendment.cpp; held by Object. Thread rule: safe from any
// thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace h5pave {

class CacheGrant {
 public:
  using Account = std::atomic<std::uint64_t>;  ///< Bytes given out; outlives what it gave.

  CacheGrant() = default;

  /// Takes `bytes` of at most `limit_bytes`; is_given() is false where less is left.
  CacheGrant(std::shared_ptr<Account> account, std::uint64_t bytes, std::uint64_t limit_bytes)
      : account_(std::move(account)), bytes_(bytes) {
    if (account_->fetch_add(bytes_) + bytes_ > limit_bytes) give_back();
  }
  CacheGrant(CacheGrant&& other) noexcept
      : account_(std::move(other.account_)), bytes_(other.bytes_) {}
  CacheGrant& operator=(CacheGrant&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    account_ = std::move(other.account_);
    bytes_ = other.bytes_;
    return *this;
  }
  CacheGrant(const CacheGrant&) = delete;
  CacheGrant& operator=(const CacheGrant&) = delete;
  ~CacheGrant() { give_back(); }

  bool is_given() const { return account_ != nullptr; }

 private:
  void give_back() noexcept {
    if (account_ != nullptr) account_->fetch_sub(bytes_);
    account_.reset();
  }

  std::shared_ptr<Account> account_;
  std::uint64_t bytes_ = 0;
};

}  // namespace h5pave
