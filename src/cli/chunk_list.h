// All chunks of a dataset, read in one pass over its index. Called by info_command.
// Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cli/dataset_facts.h"

namespace h5pave::cli {

struct Chunk {
  std::uint64_t address = 0;  ///< Bytes from the start of the file, user block included.
  std::uint64_t stored_bytes = 0;
  std::uint32_t filter_mask = 0;  ///< Bit i set: filter i was left out.
};

/// Chunks in the order of the index. Coordinates are in elements, `rank` per chunk.
struct ChunkList {
  std::size_t rank = 0;
  std::vector<Chunk> chunks;
  std::vector<hsize_t> coordinates;
  std::string error;  ///< Why the list stops early; empty when it is whole.

  std::span<const hsize_t> at(std::size_t i) const {
    return std::span(coordinates).subspan(i * rank, rank);
  }
};

/// Requires a chunked dataset with its facts. A damaged index gives the chunks before the damage
/// and `error`.
ChunkList list_chunks(hid_t dataset, const DatasetFacts& facts);

/// "3,0,12"; "-" for no numbers.
std::string coordinates_text(std::span<const hsize_t> coordinates);

}  // namespace h5pave::cli
