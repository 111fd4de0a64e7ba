// The file of one chunk shape: shuffle, deflate 1 and a filter that counts chunks.
// Called by advisor_bench.cpp and rank_blocks_bench.cpp. Thread rule: one thread.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "advisor/shape_search.h"

namespace h5pave::bench {

using Lengths = std::vector<hsize_t>;

inline void must(bool succeeded, const char* what) {
  if (!succeeded) throw std::runtime_error(what);
}

/// Chunks that went through the filters of this process.
struct ChunksCoded {
  std::uint64_t decoded = 0;
  std::uint64_t encoded = 0;
};

class BenchFile {
 public:
  /// Of float32 values, for these file access and transfer property lists.
  BenchFile(const Lengths& extent, const ChunkShape& chunk, hid_t access = H5P_DEFAULT,
            hid_t transfer = H5P_DEFAULT);
  BenchFile(const BenchFile&) = delete;
  BenchFile& operator=(const BenchFile&) = delete;
  ~BenchFile();

  void write_all(const std::vector<float>& values);
  /// Drops libhdf5's chunk cache.
  void reopen();
  void read_box(const Lengths& start, const Lengths& count, std::vector<float>& buffer);
  /// `values` are those of the whole dataset.
  void write_box(const Lengths& start, const Lengths& count, const std::vector<float>& values);

  /// Stored bytes per byte of the chunks that are stored.
  double stored_ratio() const;

  /// Since the last question.
  static ChunksCoded chunks_coded();

 private:
  hid_t box(const Lengths& start, const Lengths& count) const;

  int rank_;
  double chunk_bytes_;
  hid_t transfer_;
  hid_t file_;
  hid_t dataset_;
};

}  // namespace h5pave::bench
