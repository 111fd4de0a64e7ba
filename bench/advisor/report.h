// One line per access measured, for judge.py, and which shapes are measured again.
// Called by advisor_bench.cpp and rank_blocks_bench.cpp. Thread rule: pure functions, but for
// standard output.
#pragma once

#include <utility>
#include <vector>

#include "workloads.h"

namespace h5pave::bench {

/// Of one access on average.
struct Cost {
  double cpu_seconds = 0;
  double decoded = 0;       ///< Chunks.
  double encoded = 0;       ///< Chunks.
  double stored_ratio = 1;  ///< Stored bytes per byte of the chunks.
};

/// A workload as the advisor is asked about it.
ShapeQuestion question_of(const Workload& workload);

/// Prints, separated by tabs: workload, shape, chunk, access, weight, CPU seconds, chunks decoded,
/// chunks encoded, stored ratio and bytes of a chunk; and what the model predicts of the same
/// access: chunks, seconds, and the quantities that its CPU time is made of.
void report(const Workload& workload, const Contestant& contestant, const ShapeQuestion& question,
            const AccessBox& box, const Cost& cost);

/// What judge.py says of an access: CPU, and the storage of the local preset for its chunks.
double charged_seconds(const Cost& cost, const ChunkShape& chunk);

/// The advisor's shape and the five cheapest others of those measured, each shape once.
std::vector<Contestant> finalists(std::vector<std::pair<double, Contestant>> measured);

}  // namespace h5pave::bench
