// Opens an HDF5 file for inspection and visits its datasets, past everything that is damaged.
// Called by info_command. Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "h5/unique_id.h"

namespace h5pave::cli {

struct InspectedFile {
  UniqueId id;
  std::uint64_t bytes = 0;  ///< The real size of the file.
  std::string problem;      ///< Not empty: the file opened in spite of this (e.g. it was cut off).
};

/// Opens `path` read-only. Throws std::runtime_error with one line that says what is wrong and,
/// where there is one, the fix: no such file, not HDF5, locked by a writer, …
InspectedFile open_for_inspection(const std::string& path);

enum class WalkStep { kEnter, kSkip };

/// What the walk finds; `path` is absolute within the file. A dataset is opened without a chunk
/// cache, so that each read decodes what is in the file.
struct WalkVisitor {
  std::function<WalkStep(const std::string& path)> before;  ///< Before anything of it is read.
  std::function<void(hid_t dataset, const std::string& path)> dataset;
  std::function<void(const std::string& path, const std::string& problem)> error;
};

/// Visits the datasets named by `paths` (a group stands for the datasets under it; "/" for all), in
/// the order of names, each object once even with several hard links or cycles. Soft links are
/// followed only when `paths` names them, external links never. An object that cannot be opened is
/// an error and the walk goes on.
void walk_datasets(hid_t file, const std::vector<std::string>& paths, const WalkVisitor& visitor);

}  // namespace h5pave::cli
