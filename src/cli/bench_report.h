// What `h5pave bench` found, as a table or as JSON. Called by bench_command.
// Thread rule: plain values; printing on the main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace h5pave::cli {

/// One side of a row: medians over the rounds.
struct BenchSide {
  double wall_s = 0;
  double cpu_s = 0;  ///< User + system, all threads.
};

struct BenchRow {
  std::string data;    ///< What was written or read.
  std::string action;  ///< "write", "append", "read"
  BenchSide stock;
  BenchSide h5pave;
  std::uint64_t stock_bytes = 0;  ///< Stored chunks; 0 for reads.
  std::uint64_t h5pave_bytes = 0;
  bool equal = true;  ///< Every value, each round.
};

struct BenchReport {
  std::string version;  ///< Of h5pave and of the libhdf5 used.
  std::string processor;
  unsigned cores = 0;                ///< That this process may use.
  double load = 0;                   ///< Of the last minute, at the start.
  std::string folder;                ///< Where the temporary files were.
  std::vector<std::string> samples;  ///< Descriptions.
  std::vector<std::string> notes;
  int rounds = 0;
  std::vector<BenchRow> rows;
};

/// The middle value, the mean of the two in the middle for an even number. Requires values.
double median(std::vector<double> values);

void print_bench_text(const BenchReport& report);
void print_bench_json(const BenchReport& report);

}  // namespace h5pave::cli
