// Small text helpers shared by the option parsers. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace h5pave {

/// `text` without leading and trailing blanks, tabs and line ends.
std::string_view trim(std::string_view text);

/// The parts of `text` between separators that lie outside braces, e.g. split("a;b={c;d}", ';')
/// has two parts. An empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

/// "64", "16K", "4M", "2G" (units of 1024) as a number; nothing for any other text or an overflow.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace h5pave
