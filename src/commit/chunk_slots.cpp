#include "commit/chunk_slots.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

constexpr std::size_t kFarTooLarge = 4;  // Times.

bool same_filters(const FilterSteps& a, const FilterSteps& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const FilterStep& left, const FilterStep& right) {
                      return left.kind == right.kind && left.parameter == right.parameter;
                    });
}

/// Takes the element at the reverse iterator `place` out of `free`.
template <typename List, typename Place>
typename List::value_type take_out(List& free, Place place) {
  typename List::value_type taken = std::move(*place);
  free.erase(std::next(place).base());
  return taken;
}

}  // namespace

std::size_t ChunkSlot::memory_bytes() const {
  return raw.memory_bytes() + stored.memory_bytes() + encoded.memory_bytes();
}

std::uint64_t slot_bytes(std::uint64_t chunk_bytes) {
  // The chunk decoded, and as it is read or will be written.
  constexpr std::uint64_t kBuffers = 2;
  constexpr std::uint64_t kRest = 4096;
  return saturating_sum(kRest, saturating_product(kBuffers, chunk_bytes));
}

std::uint64_t coder_bytes(const FilterSteps& steps, DeflateMode mode, std::uint64_t chunk_bytes) {
  // A proof by decoding has room where the codec's notes were.
  return ChunkCodec::most_memory_bytes(steps, mode, chunk_bytes);
}

void GiveBack::operator()(ChunkSlot* slot) const noexcept {
  std::unique_ptr<ChunkSlot> place(slot);
  // In a forked child a worker of the parent may hold the lock for ever.
  if (pool == nullptr || pool->is_of_parent()) return;
  const std::lock_guard lock(pool->mutex_);
  pool->bytes_in_use_ -= place->counted_bytes;
  pool->keep(pool->free_slots_, place);
}

void GiveBack::operator()(ChunkCoder* coder) const noexcept {
  std::unique_ptr<ChunkCoder> place(coder);
  if (pool == nullptr || pool->is_of_parent()) return;
  const std::lock_guard lock(pool->mutex_);
  pool->keep(pool->free_coders_, place);
}

SlotPool::SlotPool(std::size_t memory_bytes)
    : memory_bytes_(memory_bytes), process_id_(::getpid()) {
  // Giving back happens where nothing may fail.
  free_slots_.reserve(kMostFree);
  free_coders_.reserve(kMostFree);
}

SlotLease SlotPool::take(const FilterSteps& steps, DeflateMode mode, std::uint64_t chunk_bytes) {
  const auto bytes = static_cast<std::size_t>(slot_bytes(chunk_bytes));
  SlotLease slot(take_free_slot(bytes).release(), GiveBack{this});
  if (slot == nullptr) slot.reset(new_slot(bytes).release());
  if (!same_filters(slot->steps, steps)) slot->steps = steps;
  slot->mode = mode;
  return slot;
}

CoderLease SlotPool::take_coder(const FilterSteps& steps, DeflateMode mode,
                                std::uint64_t chunk_bytes) {
  const auto bytes = static_cast<std::size_t>(coder_bytes(steps, mode, chunk_bytes));
  std::unique_ptr<ChunkCoder> coder = take_free_coder(steps, mode);
  if (coder == nullptr) coder = std::make_unique<ChunkCoder>(steps, mode);
  const std::lock_guard lock(mutex_);
  count(*coder, std::max(coder->counted_bytes, bytes));
  drop_until_it_fits();
  return {coder.release(), GiveBack{this}};
}

std::size_t SlotPool::bytes_in_use() const {
  const std::lock_guard lock(mutex_);
  return bytes_in_use_;
}

std::size_t SlotPool::counted_bytes() const {
  const std::lock_guard lock(mutex_);
  return counted_bytes_;
}

/// The one with the largest buffers that are not far too large, for they would count as in use; of
/// equal ones that used last.
std::unique_ptr<ChunkSlot> SlotPool::take_free_slot(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  auto place = free_slots_.rend();
  for (auto slot = free_slots_.rbegin(); slot != free_slots_.rend(); ++slot) {
    const std::size_t counted = (*slot)->counted_bytes;
    if (counted / kFarTooLarge > bytes) continue;
    if (place == free_slots_.rend() || counted > (*place)->counted_bytes) place = slot;
  }
  if (place == free_slots_.rend()) return nullptr;
  std::unique_ptr<ChunkSlot> slot = take_out(free_slots_, place);
  use(*slot, bytes);
  return slot;
}

std::unique_ptr<ChunkSlot> SlotPool::new_slot(std::size_t bytes) {
  auto slot = std::make_unique<ChunkSlot>(FilterSteps{}, DeflateMode::kBalanced, this);
  const std::lock_guard lock(mutex_);
  use(*slot, bytes);
  return slot;
}

void SlotPool::use(ChunkSlot& slot, std::size_t bytes) {
  count(slot, std::max(slot.counted_bytes, bytes));
  bytes_in_use_ += slot.counted_bytes;
  drop_until_it_fits();
}

std::unique_ptr<ChunkCoder> SlotPool::take_free_coder(const FilterSteps& steps, DeflateMode mode) {
  const std::lock_guard lock(mutex_);
  const auto coder = std::find_if(
      free_coders_.rbegin(), free_coders_.rend(),
      [&](const auto& free) { return free->mode == mode && same_filters(free->steps, steps); });
  return coder == free_coders_.rend() ? nullptr : take_out(free_coders_, coder);
}

template <typename Place>
void SlotPool::count(Place& place, std::size_t bytes) {
  counted_bytes_ += bytes - place.counted_bytes;
  place.counted_bytes = bytes;
}

/// Keeps what is given back, or leaves it to the caller where there is no room.
template <typename Place>
void SlotPool::keep(FreeList<Place>& free, std::unique_ptr<Place>& place) {
  count(*place, place->memory_bytes());  // What it has really taken.
  if (counted_bytes_ > memory_bytes_) {
    count(*place, 0);
    return;
  }
  if (free.size() >= kMostFree) drop_oldest(free);
  free.push_back(std::move(place));
}

/// The oldest is the least likely to fit what comes.
template <typename Place>
void SlotPool::drop_oldest(FreeList<Place>& free) {
  count(*free.front(), 0);
  free.erase(free.begin());
}

void SlotPool::drop_until_it_fits() {
  while (counted_bytes_ > memory_bytes_ && !free_slots_.empty()) drop_oldest(free_slots_);
  while (counted_bytes_ > memory_bytes_ && !free_coders_.empty()) drop_oldest(free_coders_);
}

bool SlotPool::is_of_parent() const { return process_id_ != ::getpid(); }

}  // namespace h5pave
