#include "config/text.h"

namespace h5pave {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t position = 0; position < text.size(); ++position) {
    if (text[position] == '{') ++depth;
    if (text[position] == '}') --depth;
    if (text[position] == separator && depth <= 0) {
      parts.push_back(text.substr(start, position - start));
      start = position + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

}  // namespace h5pave
