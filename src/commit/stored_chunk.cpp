#include "commit/stored_chunk.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

CoderLease coder_for(std::size_t chunk_bytes, ChunkSlot& slot) {
  if (slot.pool != nullptr) return slot.pool->take_coder(slot.steps, slot.mode, chunk_bytes);
  return {std::make_unique<ChunkCoder>(slot.steps, slot.mode).release(), GiveBack{nullptr}};
}

bool decodes_to(std::span<const std::byte> chunk, std::span<const std::byte> encoded,
                ChunkCoder& coder) {
  if (coder.codec.memory_bytes() >
      coder_bytes(coder.steps, coder.mode, chunk.size()) - chunk.size())
    coder.codec.forget_trace();
  const std::span<std::byte> decoded = coder.proof.get(chunk.size());
  return coder.codec.decode(encoded, decoded) &&
         std::memcmp(decoded.data(), chunk.data(), chunk.size()) == 0;
}

}  // namespace

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
  if (found.filter_mask == 0)
    return coder_for(chunk.size(), slot)->codec.decode(found.stored, chunk);
  // Stock HDF5 leaves deflate out of a chunk that it would make larger.
  FilterSteps applied;
  for (std::size_t i = 0; i < slot.steps.size(); ++i) {
    if (i >= 32 || (found.filter_mask >> i & 1U) == 0) applied.push_back(slot.steps[i]);
  }
  return ChunkCodec(std::move(applied), slot.mode).decode(found.stored, chunk);
}

std::span<const std::byte> encode_checked(std::span<const std::byte> chunk, ChunkSlot& slot) {
  const CoderLease coder = coder_for(chunk.size(), slot);
  ChunkCodec& codec = coder->codec;
  const std::span<const std::byte> made = codec.encode(chunk);
  const bool is_proven = codec.proof_is_fast() && codec.proves(made, chunk);
  const std::span<const std::byte> encoded = codec.move_encoded(slot.encoded);
  if (!is_proven && !decodes_to(chunk, encoded, *coder))
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
