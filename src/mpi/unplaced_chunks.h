// Encoded chunks that have a place in the file and in the index, and whose bytes could not be written
// there: a full disk, say. They are kept for another try, which the next call of all ranks makes.
//
// Called by the collective writer and the plugin. Thread rule: the thread that called HDF5.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "mpi/file_bytes.h"
#include "mpi/placement.h"

namespace h5pave {

/// Of one dataset.
class UnplacedChunks {
 public:
  bool empty() const { return chunks_.empty(); }
  std::size_t size() const { return chunks_.size(); }

  /// Keeps a copy of the chunk. Throws std::bad_alloc.
  void keep(const PlacedChunk& chunk);

  /// The chunk gets another place, or content: the kept bytes must not be written any more.
  void forget(std::uint64_t number) { chunks_.erase(number); }

  /// Writes all that are kept; those that were written are forgotten. False when some remain.
  bool place_again(FileBytes& file);

 private:
  struct Kept {
    std::uint64_t address;
    std::vector<std::byte> stored;
  };

  std::map<std::uint64_t, Kept> chunks_;  ///< By number.
};

}  // namespace h5pave
