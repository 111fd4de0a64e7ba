#include "cli/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.h"

namespace h5pave::cli {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --back: #fff; --front: #1d2330; --dim: #5c6575; --line: #d4d9e2;
  --card: #f6f7fa; --c0: #2563c9; --c1: #d9711c; --c2: #1b8a5a; --c3: #a33ea1; --c4: #b3261e; --c5: #7a6a00; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171d; --front: #e4e8ef; --dim: #9aa4b5; --line: #3a414e; --card: #1c2129;
    --c0: #6ea3ff; --c1: #ff9d52; --c2: #4fd09a; --c3: #e08ade; --c4: #ff8a80; --c5: #d9c649; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; background: var(--back); color: var(--front);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
p { margin: .3rem 0; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.2rem;
  margin: 1.1rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .8rem .15rem 0; text-align: right; vertical-align: middle; }
th { font-weight: 600; color: var(--dim); border-bottom: 1px solid var(--line); white-space: nowrap; }
td { white-space: nowrap; }
th:first-child, td:first-child { white-space: normal; text-align: left; min-width: 12rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 1.6rem; margin: .6rem 0; }
figure { margin: 0; }
figcaption { color: var(--dim); font-size: .88rem; max-width: 22rem; }
svg { display: block; max-width: 100%; }
svg.bar { display: inline-block; vertical-align: middle; border-radius: 3px; background: var(--line);
  max-width: none; margin: 2px 0; }
.grid { stroke: var(--dim); stroke-opacity: .45; stroke-width: 1; }
.frame { fill: none; stroke: var(--front); stroke-width: 1.2; }
.space { fill: var(--back); }
.touched { fill-opacity: .2; stroke: none; }
svg.bar rect { stroke: none; }
.box { fill-opacity: .4; stroke-width: 1.5; }
.label { fill: var(--dim); font: 12px system-ui, sans-serif; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .45em; }
.c0 { fill: var(--c0); background: var(--c0); stroke: var(--c0); } .c1 { fill: var(--c1); background: var(--c1); stroke: var(--c1); }
.c2 { fill: var(--c2); background: var(--c2); stroke: var(--c2); } .c3 { fill: var(--c3); background: var(--c3); stroke: var(--c3); }
.c4 { fill: var(--c4); background: var(--c4); stroke: var(--c4); } .c5 { fill: var(--c5); background: var(--c5); stroke: var(--c5); }
.gain { font-weight: 600; color: var(--c2); }
)";

constexpr double kBarWidth = 200;
constexpr double kBarHeight = 14;

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char letter : printable(text)) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

std::string html_page(std::string_view title, std::string_view body) {
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  page += escape_html(title);
  page += "</title>\n<style>";
  page += kStyle;
  page += "</style>\n</head>\n<body>\n";
  page += body;
  page += "</body>\n</html>\n";
  return page;
}

std::string color_key(std::size_t color) {
  return fmt::format("<span class=\"key c{}\"></span>", color % kPageColors);
}

std::string bar(const std::vector<BarPart>& parts) {
  std::string svg =
      fmt::format("<svg class=\"bar\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">",
                  kBarWidth, kBarHeight);
  double at = 0;
  for (const BarPart& part : parts) {
    const double width = std::clamp(part.share, 0.0, 1.0) * kBarWidth;
    svg += fmt::format("<rect class=\"c{}\" x=\"{:.2f}\" y=\"0\" width=\"{:.2f}\" height=\"{}\">",
                       part.color % kPageColors, at, width, kBarHeight);
    svg += "<title>" + escape_html(part.title) + "</title></rect>";
    at += width;
  }
  return svg + "</svg>";
}

std::string html_table(const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows) {
  std::string table = "<div class=\"wide\"><table>\n<tr>";
  for (const std::string& cell : header) table += "<th>" + cell + "</th>";
  table += "</tr>\n";
  for (const auto& row : rows) {
    table += "<tr>";
    for (const std::string& cell : row) table += "<td>" + cell + "</td>";
    table += "</tr>\n";
  }
  return table + "</table></div>\n";
}

}  // namespace h5pave::cli
