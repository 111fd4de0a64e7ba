// The twelve workloads on which chunk shapes are compared, and the shapes that compete.
// Called by advisor_bench.cpp and rank_blocks_bench.cpp. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "advisor/shape_advice.h"

namespace h5pave::bench {

struct Workload {
  std::string name;
  std::vector<std::uint64_t> extent;  ///< Of float32 values.
  std::string access;                 ///< As for the option `access`.
  double written = 1;  ///< Part of the blocks, at random places, that is written and read at all.
};

/// Those of one process.
std::vector<Workload> workloads();

/// Blocks that so many MPI ranks write together.
Workload rank_blocks(int ranks);

struct Contestant {
  std::string name;
  ChunkShape chunk;
};

/// The advisor's shape, told the accesses ("advisor") or with a profile of them ("recorded"), its
/// neighbours, the static rules of libraries, and `grid_size` shapes
/// spread over all whose lengths are the extent divided by powers of two, or finer where those are
/// fewer, and whose bytes are 4 KiB to 8 MiB.
std::vector<Contestant> contestants(const Workload& workload, const ShapeQuestion& question,
                                    std::size_t grid_size);

}  // namespace h5pave::bench
