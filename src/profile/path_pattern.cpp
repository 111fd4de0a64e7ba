#include "profile/path_pattern.h"

#include <array>

namespace h5pave {

namespace {

constexpr std::size_t kLongestPath = 1000;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Bytes of the UTF-8 character at the start of `text`; 0 when there is none.
std::size_t character_bytes(std::string_view text) {
  struct Form {
    unsigned char mask, lead;
    std::size_t bytes;
    char32_t least;  // smaller ones are overlong
  };
  constexpr std::array kForms{Form{0x80, 0x00, 1, 0}, Form{0xe0, 0xc0, 2, 0x80},
                              Form{0xf0, 0xe0, 3, 0x800}, Form{0xf8, 0xf0, 4, 0x10000}};
  const auto first = static_cast<unsigned char>(text.front());
  for (const Form& form : kForms) {
    if ((first & form.mask) != form.lead) continue;
    if (text.size() < form.bytes) return 0;
    char32_t code = first & static_cast<unsigned char>(~form.mask);
    for (std::size_t i = 1; i < form.bytes; ++i) {
      const auto next = static_cast<unsigned char>(text[i]);
      if ((next & 0xc0) != 0x80) return 0;
      code = code << 6 | (next & 0x3f);
    }
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < form.least || code > 0x10ffff || is_surrogate ? 0 : form.bytes;
  }
  return 0;
}

}  // namespace

std::string path_pattern(std::string_view path) {
  std::string pattern;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t bytes = character_bytes(path.substr(at));
    if (pattern.size() + bytes > kLongestPath) break;
    if (bytes == 0) {
      pattern += '?';
    } else if (!is_digit(path[at])) {
      pattern.append(path.substr(at, bytes));
    } else if (pattern.empty() || pattern.back() != '#' || !is_digit(path[at - 1])) {
      pattern += '#';
    }
    at += bytes == 0 ? 1 : bytes;
  }
  return pattern;
}

}  // namespace h5pave
