// `h5pave info`: looks into a file with stock HDF5.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/file_walk.h"
#include "cli/h5_error.h"
#include "cli/info_report.h"
#include "cli/isolation.h"
#include "cli/table.h"

namespace h5pave::cli {

namespace {

struct InfoArguments {
  std::string file;
  std::vector<std::string> datasets;
  bool chunks = false;
  bool verify = false;
  bool json = false;
};

void add_error(InfoReport& report, const std::string& path, const std::string& problem) {
  report.errors.push_back({path, problem});
}

/// Gathers the reports of one file, object by object.
class Inspection {
 public:
  Inspection(const InfoArguments& arguments, InfoReport& report)
      : arguments_(arguments), report_(report), verifier_(report.file_bytes) {}

  void dataset(hid_t dataset, const std::string& path) {
    DatasetReport entry;
    entry.facts = read_facts(dataset, path);
    if (entry.facts.layout == Layout::kChunked) {
      entry.chunks = list_chunks(dataset, entry.facts);
      if (entry.chunks.error.empty()) read_index_bytes(dataset, entry.facts);
    }
    for (const Chunk& chunk : entry.chunks.chunks) entry.facts.stored_bytes += chunk.stored_bytes;
    entry.facts.chunks_allocated = entry.chunks.chunks.size();
    if (arguments_.verify) {
      verifier_.check(dataset, entry.facts, entry.chunks);
    } else if (!entry.chunks.error.empty()) {
      add_error(report_, path, "cannot list all chunks: " + entry.chunks.error);
    }
    if (!arguments_.chunks) entry.chunks = ChunkList{};
    report_.datasets.push_back(std::move(entry));
  }

  void finish() {
    if (!arguments_.verify) return;
    verifier_.check_overlaps();
    report_.verified = true;
    report_.summary = verifier_.summary();
    report_.problems = verifier_.problems();
    report_.notes = verifier_.notes();
  }

 private:
  const InfoArguments& arguments_;
  InfoReport& report_;
  Verifier verifier_;
};

InfoReport inspect(const InfoArguments& arguments, Progress& progress,
                   const std::vector<Crash>& crashes) {
  silence_hdf5();
  const InspectedFile file = open_for_inspection(arguments.file);
  InfoReport report;
  report.file = arguments.file;
  report.file_bytes = file.bytes;
  if (!file.problem.empty()) add_error(report, "/", file.problem);
  Inspection inspection(arguments, report);
  const WalkVisitor visitor{
      [&](const std::string& path) {
        progress.reading(path);
        const auto crash = std::ranges::find(crashes, path, &Crash::path);
        if (crash == crashes.end()) return WalkStep::kEnter;
        add_error(report, path, crash->reason);
        return WalkStep::kSkip;
      },
      [&](hid_t dataset, const std::string& path) { inspection.dataset(dataset, path); },
      [&](const std::string& path, const std::string& problem) {
        add_error(report, path, problem);
      }};
  const std::vector<std::string> everything{"/"};
  walk_datasets(file.id.get(), arguments.datasets.empty() ? everything : arguments.datasets,
                visitor);
  inspection.finish();
  return report;
}

int info(const InfoArguments& arguments, Progress& progress, const std::vector<Crash>& crashes) {
  const InfoReport report = inspect(arguments, progress, crashes);
  const InfoSections sections{!arguments.chunks && !arguments.verify, arguments.chunks};
  for (const auto& [path, problem] : report.errors) {
    fmt::print(stderr, "h5pave: {}: {}: {}\n", printable(report.file), printable(path), problem);
  }
  if (arguments.json) {
    print_json(report, sections);
  } else {
    print_text(report, sections);
  }
  if (!report.errors.empty() || report.summary.bad > 0) return kExitProblem;
  return report.summary.unchecked > 0 ? kExitUnchecked : kExitFine;
}

}  // namespace

CommandSpec info_command() {
  const auto arguments = std::make_shared<InfoArguments>();
  CommandSpec command;
  command.name = "info";
  command.description = "Show the datasets of a file: shape, chunks, chunk index, filters, sizes";
  command.footer =
      "Without --chunks and --verify: one line per dataset. Tables are aligned on a terminal and\n"
      "tab-separated otherwise, with exact sizes.\n"
      "Exit status: 0 fine, 1 something is damaged or cannot be opened, 2 usage, 3 --verify found\n"
      "no damage but some chunks need a filter that is not available.";
  command.operands = {
      {"FILE", "HDF5 file", OperandSpec::Count::kOne,
       [arguments](const std::string& file) { arguments->file = file; }},
      {"DATASET", "Only these datasets or groups", OperandSpec::Count::kAny,
       [arguments](const std::string& path) { arguments->datasets.push_back(path); }}};
  command.flags = {
      {"chunks", "One line per chunk: offset in elements, address, stored bytes, filter mask",
       [arguments] { arguments->chunks = true; }},
      {"verify", "Check that chunks lie in the file, do not overlap, and decode",
       [arguments] { arguments->verify = true; }},
      {"json", "As one JSON document", [arguments] { arguments->json = true; }}};
  command.action = [arguments] {
    return run_isolated([&](Progress& progress, const std::vector<Crash>& crashes) {
      return info(*arguments, progress, crashes);
    });
  };
  return command;
}

}  // namespace h5pave::cli
