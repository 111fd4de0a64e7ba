// The result of `h5pave plan` and its two forms. Called by plan_command. Thread rule: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/shape_advice.h"
#include "cli/plan_words.h"
#include "profile/access_profile.h"

namespace h5pave::cli {

/// A shape with the cost of each access, in the order of the plan's boxes.
struct PlannedShape {
  std::string name;  ///< "present", "best", "h5py's default", …
  ChunkShape chunk;  ///< Empty: contiguous.
  std::uint64_t chunk_bytes = 0;
  std::vector<Prediction> accesses;
  double seconds = 0;   ///< Per access, weighted, with the storage overhead.
  double overhead = 1;  ///< Size of the file per size of the values.
};

/// The present storage measured beside its prediction from constants taken from this dataset.
struct Measurement {
  std::string access;
  double predicted_seconds = 0;
  double measured_seconds = 0;
  int boxes = 0;     ///< How many were read.
  std::string note;  ///< Why there is no measurement; then the rest means nothing.
};

struct PlannedDataset {
  std::string path;  ///< Empty for a plan without a file.
  ShapeQuestion question;
  std::vector<AccessBox> boxes;
  std::vector<RecordedAccess> recorded;  ///< With a profile: what programs did.
  std::vector<PlannedShape> shapes;   ///< The present one (if there is one), the best, the others.
  bool change = false;                ///< The best shape is worth it.
  std::string reason;                 ///< In words.
  std::vector<std::string> commands;  ///< Set when `change`.
  std::vector<Measurement> measurements;
};

struct PlanNote {
  std::string path;
  std::string text;
};

struct PlanReport {
  std::string file;  ///< Empty without one.
  AccessWords words;
  StorageModel storage;
  std::vector<PlannedDataset> datasets;
  std::vector<PlanNote> notes;   ///< Datasets that chunks cannot help.
  std::vector<PlanNote> errors;  ///< What cannot be opened or read.
};

/// Plans for `question`: prices the present storage, the best shape and the usual ones, and
/// decides. `words`: where the question's accesses come from.
PlannedDataset plan_dataset(const std::string& file, const std::string& path,
                            const ShapeQuestion& question, const AccessWords& words,
                            double stored_ratio);

void print_plan_text(const PlanReport& report);
void print_plan_json(const PlanReport& report);

}  // namespace h5pave::cli
