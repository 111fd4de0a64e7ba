// Counts of what a process did through h5pave, written as one JSON file when the process ends.
//
// Called by the plugin when option `stats` is set. Thread rule: every member function is safe from
// any thread; a DatasetCounts stays valid as long as its Statistics.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "exec/phase_timer.h"

namespace h5pave {

struct Transfers {
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;         ///< Selected elements times the element size in the file.
  std::uint64_t native_bytes = 0;  ///< The part of `bytes` that was left to native HDF5.
  std::uint64_t chunks = 0;        ///< Chunks that h5pave's own threads encoded or decoded.
  PhaseSeconds seconds;            ///< Of the program's threads.
};

/// How a dataset was created; texts as shown to users.
struct Creation {
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> max_shape;  ///< All bits set: unlimited.
  std::vector<std::uint64_t> chunk;      ///< Empty unless chunked.
  std::string index_before;
  std::string index_after;
  std::string reason;
};

/// What one dataset saw; owned by Statistics and changed through it.
struct DatasetCounts {
  std::string file;
  std::string path;
  bool created = false;
  Creation creation;
  Transfers writes;
  Transfers reads;
};

enum class Direction { kRead, kWrite };

/// Who moved the elements of a transfer.
enum class Way { kOurs, kNative };

class Statistics {
 public:
  /// `path_pattern`: where to write; %p becomes the process id, %r the MPI rank (0 outside MPI).
  Statistics(std::string path_pattern, std::string hdf5_version);

  /// The counts of a dataset, made at first sight. After kMaxDatasets datasets further ones share
  /// one entry named "(further datasets)".
  DatasetCounts* dataset(std::string_view file, std::string_view path);

  void add_creation(DatasetCounts* counts, Creation creation);
  void add_transfer(DatasetCounts* counts, Direction direction, Way way, std::uint64_t bytes,
                    std::uint64_t chunks);

  /// Chunks that were encoded after the calls that wrote them, and time beside add_transfer().
  void add_later(DatasetCounts* counts, Direction direction, std::uint64_t chunks,
                 const PhaseSeconds& seconds);

  /// Counts one dataset or file that is not as the program asked: "chunk_shape", "filters", …
  void add_amendment(std::string_view what);

  /// Counts one dataset left with its own index.
  void add_pass_through(std::string_view reason);

  /// Counts one read or write that was left to stock HDF5, as "write:reason" or "read:reason".
  void add_pass_through(Direction direction, std::string_view reason);

  /// Writes the file. A forked child writes only where the pattern has %p, so that it never
  /// overwrites its parent's file. On failure returns a sentence for the user, else an empty text.
  std::string write() const;

  const std::string& path_pattern() const { return path_pattern_; }

 private:
  std::string json() const;

  /// The sums of the process and of one dataset. Requires the lock.
  std::array<Transfers*, 2> both(DatasetCounts* counts, Direction direction);

  static constexpr std::size_t kMaxDatasets = 10000;

  const std::string path_pattern_;
  const std::string hdf5_version_;
  const int process_id_;
  mutable std::mutex mutex_;  // guards all below
  std::deque<DatasetCounts> datasets_;
  std::map<std::pair<std::string, std::string>, DatasetCounts*> by_name_;
  std::map<std::string, std::uint64_t> amendments_;
  std::map<std::string, std::uint64_t> pass_through_;
  Transfers writes_;
  Transfers reads_;
};

}  // namespace h5pave
