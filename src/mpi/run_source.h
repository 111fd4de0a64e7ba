// Any selection as the source of a collective write: runs of elements, copied and converted
// already.
//
// Called by the plugin, which adds the runs, and by the collective writer. Thread rule: as
// WriteSource.
#pragma once

#include "mpi/write_source.h"

namespace h5pave {

class RunSource : public WriteSource {
 public:
  /// Whether a selection may name an element several times; the last one counts.
  enum class Elements { kUnique, kMayRepeat };

  /// `format` must outlive the source.
  RunSource(const ChunkFormat& format, const Extent& extent, Elements elements);

  /// Adds `count` elements that follow each other in the dataset from `first` on (row-major in the
  /// extent). Throws std::bad_alloc.
  void add(std::uint64_t first, std::uint64_t count, const std::byte* elements);

  /// After the last add().
  void finish();

  const std::vector<TouchedChunk>& touched() const override { return touched_; }
  std::span<const std::byte> whole(std::uint64_t) const override { return {}; }
  void copy_into(std::uint64_t number, std::span<std::byte> chunk) const override;
  void pack(std::uint64_t number, std::vector<std::byte>& message) const override;

 private:
  /// Elements that follow each other in a row of one chunk.
  struct Run {
    std::uint64_t number;
    std::size_t chunk_byte;
    std::size_t packed_byte;
    std::size_t bytes;
  };

  std::span<const Run> runs_of(std::uint64_t number) const;

  const ChunkFormat& format_;
  const ChunkNumbers numbers_;
  const Elements elements_;
  std::vector<Run> runs_;  ///< By number after finish(), in the order of the selection within.
  std::vector<std::byte> packed_;
  std::size_t packed_used_ = 0;
  std::vector<TouchedChunk> touched_;
};

}  // namespace h5pave
