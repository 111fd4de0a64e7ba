// The result of `h5pave info` and its two forms. Called by info_command. Thread rule: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/chunk_list.h"
#include "cli/dataset_facts.h"
#include "cli/verify.h"

namespace h5pave::cli {

struct DatasetReport {
  DatasetFacts facts;
  ChunkList chunks;  ///< Empty unless they were asked for.
};

struct ObjectError {
  std::string path;
  std::string problem;
};

struct InfoReport {
  std::string file;
  std::uint64_t file_bytes = 0;
  std::vector<DatasetReport> datasets;
  std::vector<ObjectError> errors;
  bool verified = false;
  VerifySummary summary;
  std::vector<std::string> problems;
  std::vector<std::string> notes;
};

/// What to show in text.
struct InfoSections {
  bool datasets = true;
  bool chunks = false;
};

/// Prints tables (aligned on a terminal, with tabs otherwise), then what was found by verifying.
void print_text(const InfoReport& report, const InfoSections& sections);

/// Prints one JSON document. `chunks`: with the list of chunks of every dataset.
void print_json(const InfoReport& report, const InfoSections& sections);

}  // namespace h5pave::cli
