#include <fmt/format.h>

#include "cli/plan_report.h"
#include "cli/plan_words.h"
#include "cli/table.h"

namespace h5pave::cli {

namespace {

std::string name_of(const PlannedDataset& dataset) {
  return dataset.path.empty() ? "(dataset)" : dataset.path;
}

std::string chunk_text(const ChunkShape& chunk) {
  return chunk.empty() ? "contiguous" : repack_shape(chunk);
}

void add_rows(Table& table, const PlannedDataset& dataset) {
  for (const PlannedShape& shape : dataset.shapes) {
    for (std::size_t i = 0; i < dataset.boxes.size(); ++i) {
      const Prediction& one = shape.accesses[i];
      table.add({name_of(dataset), shape.name, chunk_text(shape.chunk),
                 shape.chunk.empty() ? "-" : std::to_string(shape.chunk_bytes),
                 fmt::format("{:.3f}", shape.overhead), box_text(dataset.boxes[i]),
                 fmt::format("{:.2f}", dataset.boxes[i].weight), fmt::format("{:.3g}", one.seconds),
                 fmt::format("{:.4g}", one.chunks), fmt::format("{:.0f}", one.bytes_moved),
                 fmt::format("{:.4g}", one.amplification)});
    }
  }
}

std::string verdict(const PlannedDataset& dataset) {
  if (!dataset.change) return "keep";
  const bool has_present = dataset.shapes.front().name == "present";
  const PlannedShape& best = dataset.shapes.at(has_present ? 1 : 0);
  return has_present ? chunk_text(dataset.shapes.front().chunk) + " -> " + chunk_text(best.chunk)
                     : chunk_text(best.chunk);
}

void print_measurements(const PlanReport& report) {
  Table table({"dataset", "access", "boxes", "predicted_s", "measured_s", "predicted/measured"});
  bool any = false;
  for (const PlannedDataset& dataset : report.datasets) {
    for (const Measurement& one : dataset.measurements) {
      any = true;
      if (!one.note.empty()) {
        table.add({name_of(dataset), one.access, "-", "-", "-", one.note});
        continue;
      }
      table.add({name_of(dataset), one.access, std::to_string(one.boxes),
                 fmt::format("{:.3g}", one.predicted_seconds),
                 fmt::format("{:.3g}", one.measured_seconds),
                 fmt::format("{:.2f}", one.predicted_seconds / one.measured_seconds)});
    }
  }
  if (!any) return;
  fmt::print("\n");
  table.print(stdout);
}

/// What programs did, and what it cost them.
void print_recorded(const PlanReport& report) {
  Table table({"dataset", "recorded access", "calls", "bytes_wanted", "bytes_touched",
               "amplification", "seconds"});
  bool any = false;
  for (const PlannedDataset& dataset : report.datasets) {
    for (const RecordedAccess& access : dataset.recorded) {
      any = true;
      table.add({name_of(dataset), box_text(boxes_of(access).front()),
                 std::to_string(access.calls), std::to_string(access.bytes_wanted),
                 std::to_string(access.bytes_touched), fmt::format("{:.4g}", amplification(access)),
                 fmt::format("{:.3g}", access.seconds)});
    }
  }
  if (!any) return;
  table.print(stdout);
  fmt::print("\n");
}

}  // namespace

void print_plan_text(const PlanReport& report) {
  print_recorded(report);
  Table table({"dataset", "shape", "chunk", "chunk_bytes", "size", "access", "weight", "seconds",
               "chunks", "bytes_moved", "amplification"});
  for (const PlannedDataset& dataset : report.datasets) add_rows(table, dataset);
  table.print(stdout);
  fmt::print("\n");
  for (const PlannedDataset& dataset : report.datasets) {
    fmt::print("{}: {}: {}\n", printable(name_of(dataset)), verdict(dataset), dataset.reason);
    for (const std::string& command : dataset.commands) fmt::print("    {}\n", printable(command));
  }
  for (const auto& [path, text] : report.notes) fmt::print("{}: {}\n", printable(path), text);
  print_measurements(report);
}

}  // namespace h5pave::cli
