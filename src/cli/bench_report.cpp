#include "cli/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/table.h"

namespace h5pave::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Nothing when there is nothing to divide by.
std::optional<double> ratio(double a, double b) {
  if (b <= 0) return std::nullopt;
  return a / b;
}

std::string ratio_text(double a, double b, int digits) {
  const auto value = ratio(a, b);
  return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

Json ratio_json(double a, double b) {
  const auto value = ratio(a, b);
  return value ? Json(*value) : Json();
}

std::string megabytes(std::uint64_t bytes) {
  return bytes == 0 ? "-" : fmt::format("{:.3f}", static_cast<double>(bytes) / 1e6);
}

const char* equal_text(const BenchRow& row) { return row.equal ? "equal" : "DIFFER"; }

Json side_json(const BenchSide& side, std::uint64_t bytes) {
  return {{"wall_s", side.wall_s},
          {"cpu_s", side.cpu_s},
          {"stored_bytes", bytes == 0 ? Json() : Json(bytes)}};
}

Json row_json(const BenchRow& row) {
  return {{"data", row.data},
          {"action", row.action},
          {"stock", side_json(row.stock, row.stock_bytes)},
          {"h5pave", side_json(row.h5pave, row.h5pave_bytes)},
          {"times_faster_wall", ratio_json(row.stock.wall_s, row.h5pave.wall_s)},
          {"times_faster_cpu", ratio_json(row.stock.cpu_s, row.h5pave.cpu_s)},
          {"size_ratio",
           ratio_json(static_cast<double>(row.h5pave_bytes), static_cast<double>(row.stock_bytes))},
          {"values_equal", row.equal}};
}

}  // namespace

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void print_bench_text(const BenchReport& report) {
  fmt::print("# {}; {}, {} cores, load {:.1f}; files in {}\n", report.version, report.processor,
             report.cores, report.load, report.folder);
  for (const std::string& sample : report.samples) fmt::print("# {}\n", printable(sample));
  for (const std::string& note : report.notes) fmt::print("# note: {}\n", printable(note));
  fmt::print(
      "# medians of {} rounds, stock HDF5 and h5pave in turn; _s: seconds; faster, cpu_less: stock "
      "/ "
      "h5pave; size: h5pave / stock\n",
      report.rounds);
  Table table({"data", "action", "stock_s", "h5pave_s", "faster", "stock_cpu_s", "h5pave_cpu_s",
               "cpu_less", "stock_MB", "h5pave_MB", "size", "values"});
  for (const BenchRow& row : report.rows) {
    table.add(
        {row.data, row.action, fmt::format("{:.3f}", row.stock.wall_s),
         fmt::format("{:.3f}", row.h5pave.wall_s),
         ratio_text(row.stock.wall_s, row.h5pave.wall_s, 1), fmt::format("{:.3f}", row.stock.cpu_s),
         fmt::format("{:.3f}", row.h5pave.cpu_s), ratio_text(row.stock.cpu_s, row.h5pave.cpu_s, 1),
         megabytes(row.stock_bytes), megabytes(row.h5pave_bytes),
         ratio_text(static_cast<double>(row.h5pave_bytes), static_cast<double>(row.stock_bytes), 3),
         equal_text(row)});
  }
  table.print(stdout);
}

void print_bench_json(const BenchReport& report) {
  Json json{{"version", report.version}, {"processor", report.processor},
            {"cores", report.cores},     {"load", report.load},
            {"folder", report.folder},   {"samples", report.samples},
            {"notes", report.notes},     {"rounds", report.rounds}};
  json["results"] = Json::array();
  for (const BenchRow& row : report.rows) json["results"].push_back(row_json(row));
  // Names in HDF5 files need not be UTF-8.
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace h5pave::cli
