// Small text helpers shared by the option parsers. Thread rule: pure functions.
#pragma once

#include <string_view>
#include <vector>

namespace h5pave {

/// `text` without leading and trailing blanks, tabs and line ends.
std::string_view trim(std::string_view text);

/// The parts of `text` between separators that lie outside braces, e.g. split("a;b={c;d}", ';')
/// has two parts. An empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace h5pave
