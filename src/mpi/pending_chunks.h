// Elements that this rank wrote by itself to a filtered dataset, where only all ranks together can
// store a chunk: they wait here for the next call in which all ranks take part. This rank's own reads
// look here; the others do not see them yet.
//
// Called by the plugin, and by the collective writer as a source. Thread rule: as WriteSource.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "mpi/write_source.h"

namespace h5pave {

class PendingChunks : public WriteSource {
 public:
  /// `format` must outlive this object; the dataset keeps its extent as long as this is not empty.
  PendingChunks(const ChunkFormat& format, const Extent& extent);

  bool empty() const { return chunks_.empty(); }

  /// Bytes of the decoded chunks held.
  std::uint64_t bytes() const;

  /// Takes a copy of the elements of `source`, which replace former ones. False, and nothing is
  /// changed, when more than `most_bytes` would then be held. Throws std::bad_alloc.
  bool add(const WriteSource& source, std::uint64_t most_bytes);

  /// Elements in a row of a chunk.
  struct Held {
    std::uint64_t first;  ///< Counted row-major in the extent.
    std::uint64_t count;
    const std::byte* elements;
  };

  /// Adds to `held` what is here of the `count` elements from `first` on, counted row-major in the
  /// extent. Throws std::bad_alloc.
  void find(std::uint64_t first, std::uint64_t count, std::vector<Held>& held) const;

  /// Brings touched() up to date; before the collective writer gets this source.
  void finish();

  const std::vector<TouchedChunk>& touched() const override { return touched_; }
  std::span<const std::byte> whole(std::uint64_t number) const override;
  void copy_into(std::uint64_t number, std::span<std::byte> chunk) const override;
  void pack(std::uint64_t number, std::vector<std::byte>& message) const override;

 private:
  /// Intervals [first, second) of elements of a chunk that do not touch each other.
  using Intervals = std::map<std::uint64_t, std::uint64_t>;
  struct Chunk {
    std::unique_ptr<std::byte[]> decoded;
    Intervals written;
  };

  std::uint64_t new_chunks(const WriteSource& source) const;
  void add_row(Chunk& chunk, std::uint64_t first, std::uint64_t count, const std::byte* elements);

  const ChunkFormat& format_;
  const ChunkNumbers numbers_;
  const std::uint64_t chunk_bytes_;
  std::map<std::uint64_t, Chunk> chunks_;  ///< By number.
  std::vector<TouchedChunk> touched_;
};

}  // namespace h5pave
