#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/info_report.h"
#include "cli/table.h"

namespace h5pave::cli {

namespace {

/// "30,10"; "scalar" and "null" for what has no shape.
std::string shape_text(const DatasetFacts& facts) {
  if (facts.space == SpaceKind::kScalar) return "scalar";
  if (facts.space == SpaceKind::kNull) return "null";
  return coordinates_text(facts.shape);
}

std::string max_shape_text(const DatasetFacts& facts) {
  std::string text;
  for (const hsize_t size : facts.max_shape) {
    if (!text.empty()) text += ',';
    text += size == H5S_UNLIMITED ? "inf" : std::to_string(size);
  }
  return text.empty() ? "-" : text;
}

std::string filters_text(const DatasetFacts& facts) {
  std::string text;
  for (const FilterFacts& filter : facts.filters) {
    if (!text.empty()) text += ", ";
    text += filter.words;
    if (!filter.can_decode) text += fmt::format(" [filter {} not available]", filter.id);
  }
  return text.empty() ? "-" : text;
}

std::string ratio_text(const DatasetFacts& facts) {
  if (facts.stored_bytes == 0) return "-";
  return fmt::format(
      "{:.2f}", static_cast<double>(facts.raw_bytes) / static_cast<double>(facts.stored_bytes));
}

/// Sizes for people on a terminal, exact everywhere else.
class SizeText {
 public:
  explicit SizeText(std::FILE* stream) : human_(isatty(fileno(stream)) == 1) {}
  std::string operator()(std::uint64_t bytes) const {
    return human_ ? human_bytes(bytes) : std::to_string(bytes);
  }

 private:
  bool human_;
};

std::vector<std::string> dataset_row(const DatasetFacts& facts, const SizeText& size) {
  const bool chunked = facts.layout == Layout::kChunked;
  return {facts.path,
          facts.type,
          shape_text(facts),
          max_shape_text(facts),
          layout_name(facts.layout),
          chunked ? coordinates_text(facts.chunk_shape) : "-",
          chunked ? size(facts.chunk_bytes) : "-",
          facts.index ? index_name(*facts.index) : "-",
          filters_text(facts),
          chunked ? fmt::format("{}/{}", facts.chunks_allocated, facts.chunks_possible) : "-",
          size(facts.stored_bytes),
          size(facts.raw_bytes),
          ratio_text(facts),
          facts.index_bytes ? size(*facts.index_bytes) : "-"};
}

void print_datasets(const InfoReport& report) {
  const SizeText size(stdout);
  Table table({"dataset", "type", "shape", "maxshape", "layout", "chunk", "chunk_bytes", "index",
               "filters", "chunks", "stored", "raw", "ratio", "index_bytes"});
  for (const DatasetReport& dataset : report.datasets) table.add(dataset_row(dataset.facts, size));
  table.print(stdout);
}

void print_chunks(const InfoReport& report) {
  Table table({"dataset", "offset", "address", "stored", "filter_mask"});
  for (const auto& [facts, list] : report.datasets) {
    for (std::size_t i = 0; i < list.chunks.size(); ++i) {
      const Chunk& chunk = list.chunks[i];
      table.add({facts.path, coordinates_text(list.at(i)), std::to_string(chunk.address),
                 std::to_string(chunk.stored_bytes), fmt::format("{:#x}", chunk.filter_mask)});
    }
  }
  table.print(stdout);
}

void print_verification(const InfoReport& report) {
  for (const std::string& problem : report.problems) fmt::print("bad\t{}\n", printable(problem));
  for (const std::string& note : report.notes) fmt::print("unchecked\t{}\n", printable(note));
  const std::uint64_t bad = report.summary.bad + report.errors.size();
  fmt::print("{}\t{}: {} datasets, {} chunks, {} problems, {} chunks not checked\n",
             bad > 0                        ? "bad"
             : report.summary.unchecked > 0 ? "unchecked"
                                            : "ok",
             printable(report.file), report.summary.datasets, report.summary.chunks, bad,
             report.summary.unchecked);
}

}  // namespace

void print_text(const InfoReport& report, const InfoSections& sections) {
  if (sections.datasets) print_datasets(report);
  if (sections.chunks) print_chunks(report);
  if (report.verified) print_verification(report);
}

}  // namespace h5pave::cli
