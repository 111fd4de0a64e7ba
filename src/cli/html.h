// The frame of `h5pave report`'s pages: one file that needs nothing else, readable in light and
// dark. Called by report_*.cpp. Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace h5pave::cli {

/// `text` for HTML, between tags and in quoted attributes; control characters made visible.
std::string escape_html(std::string_view text);

/// A whole page. `title` is escaped, `body` is HTML.
std::string html_page(std::string_view title, std::string_view body);

/// How many colours the pages tell apart: classes c0 to c5 fill a shape with one.
inline constexpr std::size_t kPageColors = 6;

/// "<span class='key c2'></span>": a colour's square in front of what it stands for.
std::string color_key(std::size_t color);

/// One part of a bar: its share of the whole (0 to 1), a colour, and what it says when pointed at.
struct BarPart {
  double share = 0;
  std::size_t color = 0;
  std::string title;
};

/// Parts side by side, as an inline picture.
std::string bar(const std::vector<BarPart>& parts);

/// A table; cells are HTML. The first column is for names, the others are numbers.
std::string html_table(const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows);

}  // namespace h5pave::cli
