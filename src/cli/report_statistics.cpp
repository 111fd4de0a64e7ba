// The page about the statistics of a process.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisor/shape_advice.h"
#include "cli/html.h"
#include "cli/report_pages.h"
#include "cli/table.h"

namespace h5pave::cli {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostDatasets = 100;

/// The phases of src/exec/phase_timer.h and their colours.
struct Phase {
  const char* key;
  const char* words;
  std::size_t color;
};

constexpr Phase kPhases[] = {{"preparation", "preparation", 1},
                             {"filter", "filters", 0},
                             {"store", "stored chunks", 2},
                             {"native", "native HDF5", 3}};

double seconds(const Json& transfers, const char* key) {
  return std::max(0.0, transfers.at("seconds").at(key).get<double>());
}

/// The phases as a bar whose full length is `most` seconds.
std::string phase_bar(const Json& transfers, double most) {
  std::vector<BarPart> parts;
  for (const Phase& phase : kPhases) {
    const double part = seconds(transfers, phase.key);
    parts.push_back({most > 0 ? part / most : 0, phase.color,
                     std::string(phase.words) + " " + seconds_text(part)});
  }
  return bar(parts);
}

std::string legend() {
  std::string text;
  for (const Phase& phase : kPhases) {
    if (!text.empty()) text += " &nbsp; ";
    text += color_key(phase.color) + phase.words;
  }
  return "<p>" + text + "</p>\n";
}

std::uint64_t number(const Json& transfers, const char* key) {
  return transfers.at(key).get<std::uint64_t>();
}

std::vector<std::string> row(const std::string& name, const Json& transfers, double most) {
  const std::uint64_t bytes = number(transfers, "bytes");
  const std::uint64_t native = number(transfers, "native_bytes");
  const double total = seconds(transfers, "total");
  return {name,
          std::to_string(number(transfers, "calls")),
          human_bytes(bytes),
          bytes > 0 ? fmt::format("{:.0f} %",
                                  100 * static_cast<double>(native) / static_cast<double>(bytes))
                    : "-",
          std::to_string(number(transfers, "chunks_in_parallel")),
          seconds_text(total),
          phase_bar(transfers, most)};
}

std::vector<std::string> header(const char* name) {
  return {name, "calls", "bytes", "left to native HDF5", "chunks in parallel", "time", ""};
}

std::string totals(const Json& document) {
  const double most =
      std::max(seconds(document.at("write"), "total"), seconds(document.at("read"), "total"));
  return "<section class=\"card\">\n<h2>Time by phase</h2>\n" + legend() +
         html_table(header("all datasets"), {row("written", document.at("write"), most),
                                             row("read", document.at("read"), most)}) +
         "</section>\n";
}

std::string pass_through(const Json& reasons) {
  if (reasons.empty()) return {};
  std::vector<std::pair<std::uint64_t, std::string>> counts;
  for (const auto& [reason, count] : reasons.items())
    counts.emplace_back(count.get<std::uint64_t>(), reason);
  std::sort(counts.rbegin(), counts.rend());
  std::vector<std::vector<std::string>> rows;
  const auto most = static_cast<double>(std::max<std::uint64_t>(counts.front().first, 1));
  for (const auto& [count, reason] : counts) {
    rows.push_back({"<code>" + escape_html(reason) + "</code>", std::to_string(count),
                    bar({{static_cast<double>(count) / most, 3, reason}})});
  }
  return "<section class=\"card\">\n<h2>Left to native HDF5, by reason</h2>\n" +
         html_table({"reason", "times", ""}, rows) + "</section>\n";
}

double total_seconds(const Json& dataset) {
  return seconds(dataset.at("write"), "total") + seconds(dataset.at("read"), "total");
}

/// "512 x 128, chunks 32 x 16, v1 B-tree → Fixed Array: …"
std::string created(const Json& dataset) {
  const auto lengths = [](const Json& list) {
    std::string text;
    for (const Json& length : list) {
      if (!text.empty()) text += "x";
      text += length.is_null() ? "inf" : std::to_string(length.get<std::uint64_t>());
    }
    return text;
  };
  if (!dataset.at("created").get<bool>()) return {};
  if (dataset.at("shape").empty()) return "created, not chunked";
  std::string text = "created, shape " + lengths(dataset.at("shape"));
  if (!dataset.contains("chunk")) return text;
  return text + ", chunks " + lengths(dataset.at("chunk")) + ", index " +
         dataset.at("index_before").get<std::string>() + " → " +
         dataset.at("index_after").get<std::string>() + ": " +
         dataset.at("reason").get<std::string>();
}

std::string datasets(const Json& document) {
  std::vector<const Json*> dearest;
  for (const Json& dataset : document.at("datasets")) dearest.push_back(&dataset);
  std::stable_sort(dearest.begin(), dearest.end(), [](const Json* a, const Json* b) {
    return total_seconds(*a) > total_seconds(*b);
  });
  const std::size_t shown = std::min(dearest.size(), kMostDatasets);
  std::string html;
  for (std::size_t i = 0; i < shown; ++i) {
    const Json& dataset = *dearest[i];
    const double most =
        std::max(seconds(dataset.at("write"), "total"), seconds(dataset.at("read"), "total"));
    html += "<section class=\"card\">\n<h2>" + escape_html(dataset.at("path").get<std::string>()) +
            "</h2>\n<p class=\"dim\">" + escape_html(dataset.at("file").get<std::string>()) +
            "</p>\n<p>" + escape_html(created(dataset)) + "</p>\n" +
            html_table(header("this dataset"), {row("written", dataset.at("write"), most),
                                                row("read", dataset.at("read"), most)}) +
            "</section>\n";
  }
  if (shown < dearest.size())
    html += fmt::format("<p class=\"dim\">{} more datasets took less time.</p>\n",
                        dearest.size() - shown);
  return html;
}

std::string page_of(const Json& document, const std::string& name) {
  std::string body =
      "<h1>Statistics of a process: " + escape_html(name) + "</h1>\n<p class=\"dim\">";
  body += fmt::format("h5pave {}, HDF5 {}, process {}",
                      escape_html(document.at("h5pave").get<std::string>()),
                      escape_html(document.at("hdf5").get<std::string>()),
                      document.at("process").get<std::int64_t>());
  const auto rank = document.at("rank").get<std::string>();
  if (!rank.empty()) body += ", rank " + escape_html(rank);
  body += ". Times are those of the program's own threads.</p>\n";
  body += totals(document) + pass_through(document.at("pass_through")) + datasets(document);
  return html_page("h5pave report: " + name, body);
}

}  // namespace

std::optional<std::string> statistics_page(std::string_view text, const std::string& name) {
  try {
    return page_of(Json::parse(text), name);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace h5pave::cli
