// Tables for people and for programs: aligned columns on a terminal; tab-separated with a header
// line that starts with '#' everywhere else. Thread rule: a plain value.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace h5pave::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}

  /// A row has as many cells as the header; control characters are shown as \xHH.
  void add(std::vector<std::string> cells);

  /// Aligned when `stream` is a terminal, else with tabs.
  void print(std::FILE* stream) const;

  std::string aligned() const;
  std::string tab_separated() const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the first is the header
};

/// `text` with control characters and backslashes before them made visible, for names in output.
std::string printable(std::string_view text);

/// Columns of a UTF-8 text on a terminal, counting one per character.
std::size_t display_width(std::string_view text);

/// "1.2 MiB", "17 B".
std::string human_bytes(unsigned long long bytes);

}  // namespace h5pave::cli
