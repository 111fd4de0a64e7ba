#include "commit/chunk_slots.h"

#include <algorithm>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

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

std::uint64_t slot_bytes(std::uint64_t chunk_bytes) {
  // libdeflate's compressors, measured; and per chunk the gathered, the shuffled, the encoded bytes
  // and those read.
  constexpr std::uint64_t kCodecBytes = 1'700'000;
  constexpr std::uint64_t kBuffers = 4;
  return saturating_sum(kCodecBytes, saturating_product(kBuffers, chunk_bytes));
}

void GiveBack::operator()(ChunkSlot* slot) const noexcept {
  pool->give_back(std::unique_ptr<ChunkSlot>(slot));
}

SlotLease SlotPool::take(const FilterSteps& steps, DeflateMode mode, std::uint64_t chunk_bytes) {
  const std::uint64_t bytes = slot_bytes(chunk_bytes);
  std::unique_ptr<ChunkSlot> slot = take_free(steps, mode);
  if (slot == nullptr) slot = std::make_unique<ChunkSlot>(steps, mode);
  const std::lock_guard lock(mutex_);
  counted_bytes_ -= slot->counted_bytes;
  slot->counted_bytes = std::max(slot->counted_bytes, static_cast<std::size_t>(bytes));
  counted_bytes_ += slot->counted_bytes;
  while (!free_.empty() && counted_bytes_ > memory_bytes_) drop_oldest();
  return {slot.release(), GiveBack{this}};
}

std::unique_ptr<ChunkSlot> SlotPool::take_free(const FilterSteps& steps, DeflateMode mode) {
  const std::lock_guard lock(mutex_);
  for (auto slot = free_.rbegin(); slot != free_.rend(); ++slot) {
    if ((*slot)->mode != mode || !same_filters((*slot)->steps, steps)) continue;
    std::unique_ptr<ChunkSlot> taken = std::move(*slot);
    free_.erase(std::next(slot).base());
    return taken;
  }
  return nullptr;
}

void SlotPool::give_back(std::unique_ptr<ChunkSlot> slot) noexcept {
  const std::lock_guard lock(mutex_);
  if (counted_bytes_ > memory_bytes_) {
    counted_bytes_ -= slot->counted_bytes;
    return;
  }
  if (free_.size() >= kMostFree) drop_oldest();
  free_.push_back(std::move(slot));
}

/// The oldest is the least likely to fit what comes.
void SlotPool::drop_oldest() {
  counted_bytes_ -= free_.front()->counted_bytes;
  free_.erase(free_.begin());
}

}  // namespace h5pave
