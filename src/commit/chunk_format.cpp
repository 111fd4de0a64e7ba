#include "commit/chunk_format.h"

#include <algorithm>
#include <cstring>

#include "advisor/saturating.h"

namespace h5pave {

std::uint64_t chunk_elements(const ChunkFormat& format) {
  std::uint64_t elements = 1;
  for (const std::uint64_t length : format.chunk) elements = saturating_product(elements, length);
  return elements;
}

std::uint64_t decoded_bytes(const ChunkFormat& format) {
  return saturating_product(chunk_elements(format), format.element_bytes);
}

void fill_with(std::span<std::byte> bytes, const std::vector<std::byte>& element) {
  const bool zero = std::all_of(element.begin(), element.end(),
                                [](std::byte byte) { return byte == std::byte{0}; });
  if (zero) {
    if (!bytes.empty()) std::memset(bytes.data(), 0, bytes.size());
    return;
  }
  for (std::size_t at = 0; at + element.size() <= bytes.size(); at += element.size())
    std::memcpy(bytes.data() + at, element.data(), element.size());
}

namespace {

/// Memory for `jobs` jobs: a slot each, and coders for as many as run at a time. The caller's
/// thread may be at work besides the workers.
std::uint64_t work_bytes(const ChunkFormat& format, const Workshop& workshop, std::uint64_t jobs) {
  const std::uint64_t chunk_bytes = decoded_bytes(format);
  const std::uint64_t threads = workshop.pool == nullptr ? 1 : workshop.pool->thread_count() + 1;
  return saturating_sum(
      saturating_product(jobs, slot_bytes(chunk_bytes)),
      saturating_product(std::min(jobs, threads),
                         coder_bytes(format.filters, workshop.mode, chunk_bytes)));
}

/// The most jobs, up to two per worker and one, that `memory_bytes` suffice for.
std::size_t jobs_within(const ChunkFormat& format, const Workshop& workshop,
                        std::uint64_t memory_bytes) {
  std::uint64_t jobs = workshop.pool == nullptr ? 1 : 2 * workshop.pool->thread_count() + 1;
  while (jobs > 0 && work_bytes(format, workshop, jobs) > memory_bytes) --jobs;
  return static_cast<std::size_t>(jobs);
}

}  // namespace

SlotLease take_slot(const ChunkFormat& format, const Workshop& workshop) {
  return workshop.slots.take(format.filters, workshop.mode, decoded_bytes(format));
}

std::size_t jobs_at_a_time(const ChunkFormat& format, const Workshop& workshop) {
  return jobs_within(format, workshop, workshop.slots.memory_bytes());
}

std::size_t more_jobs(const ChunkFormat& format, const Workshop& workshop) {
  const std::size_t in_use = workshop.slots.bytes_in_use();
  const std::size_t all = workshop.slots.memory_bytes();
  return jobs_within(format, workshop, all - std::min(all, in_use));
}

}  // namespace h5pave
