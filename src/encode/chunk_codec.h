// Encodes and decodes whole HDF5 chunks through shuffle, deflate and fletcher32. Called by the
// worker threads of the chunk writer and reader. Thread rule: one codec per thread, reused for many
// chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "encode/byte_buffer.h"
#include "encode/filter_step.h"

namespace h5pave {

class ChunkCodec {
 public:
  /// Throws std::invalid_argument for a shuffle of 0 bytes or a level above 9, as stock refuses
  /// them.
  ChunkCodec(FilterSteps steps, DeflateMode mode);
  ~ChunkCodec();
  ChunkCodec(ChunkCodec&&) noexcept;
  ChunkCodec& operator=(ChunkCodec&&) noexcept;

  /// The stored bytes of one decoded chunk, filter mask 0. They stay valid until the next call.
  /// Throws std::runtime_error or std::bad_alloc.
  std::span<const std::byte> encode(std::span<const std::byte> chunk);

  /// Moves what the last call, encode(), gave into `into`, whose memory the codec uses instead, and
  /// returns the same bytes, valid as long as `into` is. proves() is not possible afterwards.
  std::span<const std::byte> move_encoded(ByteBuffer& into);

  /// True when `stored`, which the last call, encode(chunk), gave, surely decodes to `chunk`: read
  /// again bit by bit, as strong as decoding it and comparing, but in a fraction of the time. False
  /// when it does not, or for pipelines that it does not know: decode() has the last word.
  bool proves(std::span<const std::byte> stored, std::span<const std::byte> chunk);

  /// Whether proves() would be faster than decode() for what the last call, encode(), gave.
  bool proof_is_fast() const;

  /// Decodes `stored` into exactly chunk.size() bytes. False when the bytes are damaged or decode
  /// to another size; `chunk` then holds anything. Uses at most a small multiple of the larger of
  /// the two sizes as memory. Throws std::bad_alloc.
  bool decode(std::span<const std::byte> stored, std::span<std::byte> chunk);

  /// The most memory that its buffers take, and about what its compressors do.
  std::size_t memory_bytes() const;

  /// The most memory that such a codec takes for chunks of `chunk_bytes` decoded bytes; saturates.
  static std::uint64_t most_memory_bytes(const FilterSteps& steps, DeflateMode mode,
                                         std::uint64_t chunk_bytes);

  /// Gives back what encode() noted for proves(), which is not possible afterwards.
  void forget_trace();

 private:
  class Pipeline;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace h5pave
