#include "commit/chunk_slots.h"

#include <algorithm>

namespace h5pave {

namespace {

std::size_t buffer_bytes(const ChunkSlot& slot) {
  // The codec keeps about as much again as the decoded chunk.
  return 2 * slot.raw.capacity() + slot.stored.capacity() + slot.proof.capacity();
}

bool same_filters(const FilterSteps& a, const FilterSteps& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const FilterStep& left, const FilterStep& right) {
                      return left.kind == right.kind && left.parameter == right.parameter;
                    });
}

}  // namespace

std::span<std::byte> ByteBuffer::get(std::size_t bytes) {
  if (bytes > capacity_) {
    data_.reset();  // Before the new allocation: the old bytes are not wanted.
    capacity_ = 0;
    data_.reset(new std::byte[bytes]);
    capacity_ = bytes;
  }
  return {data_.get(), bytes};
}

std::unique_ptr<ChunkSlot> SlotPool::take(const FilterSteps& steps, DeflateMode mode) {
  {
    const std::lock_guard lock(mutex_);
    for (auto slot = free_.rbegin(); slot != free_.rend(); ++slot) {
      if ((*slot)->mode != mode || !same_filters((*slot)->steps, steps)) continue;
      std::unique_ptr<ChunkSlot> taken = std::move(*slot);
      free_.erase(std::next(slot).base());
      kept_bytes_ -= buffer_bytes(*taken);
      return taken;
    }
  }
  return std::make_unique<ChunkSlot>(steps, mode);
}

void SlotPool::give_back(std::unique_ptr<ChunkSlot> slot) {
  constexpr std::size_t kMaxFree = 64;
  const std::size_t bytes = buffer_bytes(*slot);
  const std::lock_guard lock(mutex_);
  // The oldest go first: they are the least likely to fit what comes.
  while (!free_.empty() && (free_.size() >= kMaxFree || kept_bytes_ + bytes > memory_bytes_)) {
    kept_bytes_ -= buffer_bytes(*free_.front());
    free_.erase(free_.begin());
  }
  if (kept_bytes_ + bytes > memory_bytes_) return;
  kept_bytes_ += bytes;
  free_.push_back(std::move(slot));
}

}  // namespace h5pave
