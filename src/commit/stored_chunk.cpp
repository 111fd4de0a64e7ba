#include "commit/stored_chunk.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "advisor/saturating.h"

namespace h5pave {

Fetched fetch(const ChunkFormat& format, const Extent& offset, ByteBuffer& buffer,
              ChunkStore& store) {
  const auto bytes = store.stored_bytes(offset);
  if (!bytes) return {Fetched::Kind::kUnusable, {}};
  if (*bytes == 0) return {Fetched::Kind::kAbsent, {}};
  // The size comes from the file: it must be plausible before it becomes an allocation.
  if (*bytes > saturating_sum(saturating_product(decoded_bytes(format), 2), 4096))
    return {Fetched::Kind::kUnusable, {}};
  const std::span<std::byte> stored = buffer.get(static_cast<std::size_t>(*bytes));
  const auto mask = store.read(offset, stored);
  if (!mask) return {Fetched::Kind::kUnusable, {}};
  return {Fetched::Kind::kPresent, stored, *mask};
}

bool decode(const Fetched& found, std::span<std::byte> chunk, ChunkSlot& slot) {
  if (found.filter_mask == 0) return slot.codec.decode(found.stored, chunk);
  // Stock HDF5 leaves deflate out of a chunk that it would make larger.
  FilterSteps applied;
  for (std::size_t i = 0; i < slot.steps.size(); ++i) {
    if (i >= 32 || (found.filter_mask >> i & 1U) == 0) applied.push_back(slot.steps[i]);
  }
  return ChunkCodec(std::move(applied), slot.mode).decode(found.stored, chunk);
}

std::span<const std::byte> encode_checked(std::span<const std::byte> chunk, ChunkSlot& slot) {
  const std::span<const std::byte> encoded = slot.codec.encode(chunk);
  if (slot.codec.proof_is_fast() && slot.codec.proves(encoded, chunk)) return encoded;
  if (!slot.prover) slot.prover.emplace(slot.steps, slot.mode);
  const std::span<std::byte> decoded = slot.proof.get(chunk.size());
  if (!slot.prover->decode(encoded, decoded) ||
      std::memcmp(decoded.data(), chunk.data(), chunk.size()) != 0)
    throw std::runtime_error("encoded chunk does not decode to its content");
  return encoded;
}

bool size_is_ambiguous(const ChunkFormat& format, std::size_t stored_bytes) {
  constexpr std::uint64_t kChecksumBytes = 4;
  const bool deflates =
      std::any_of(format.filters.begin(), format.filters.end(),
                  [](const FilterStep& step) { return step.kind == FilterStep::Kind::kDeflate; });
  if (!deflates) return false;
  const std::uint64_t raw = decoded_bytes(format);
  return stored_bytes == raw || stored_bytes == raw + kChecksumBytes;
}

}  // namespace h5pave
