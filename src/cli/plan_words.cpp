#include "cli/plan_words.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "cli/shell_quote.h"
#include "config/text.h"

namespace h5pave::cli {

namespace {

constexpr std::size_t kMaxRank = 32;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Quoted only where the shell would see something else.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  return quote_for_shell(Shell::kSh, text);
}

/// "a.h5" → "a.repacked.h5".
std::string repacked_name(const std::string& file) {
  const auto dot = file.rfind('.');
  const auto slash = file.rfind('/');
  const bool has_suffix =
      dot != std::string::npos && dot != 0 && (slash == std::string::npos || dot > slash + 1);
  if (!has_suffix) return file + ".repacked";
  return file.substr(0, dot) + ".repacked" + file.substr(dot);
}

}  // namespace

std::optional<ChunkedShape> parse_shape(std::string_view text) {
  ChunkedShape shape;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view word = trim(part);
    const auto length = word == "inf" ? 0 : number(word);
    if (!length || (*length == 0 && word != "inf")) return std::nullopt;
    shape.extent.push_back(*length);
    shape.max_extent.push_back(word == "inf" ? kUnlimited : *length);
  }
  if (shape.extent.size() > kMaxRank) return std::nullopt;
  return shape;
}

std::optional<std::uint64_t> parse_type_bytes(std::string_view text) {
  struct Kind {
    std::string_view name;
    std::uint64_t bits_per_unit;
  };
  // The longer names first: "f" is the beginning of "float".
  constexpr std::array kKinds{Kind{"float", 1}, Kind{"uint", 1}, Kind{"int", 1}, Kind{"f", 8},
                              Kind{"i", 8},     Kind{"u", 8},    Kind{"c", 8}};
  constexpr std::array<std::uint64_t, 5> kBytes{1, 2, 4, 8, 16};
  for (const auto& [name, bits_per_unit] : kKinds) {
    if (!text.starts_with(name)) continue;
    const auto units = number(text.substr(name.size()));
    if (!units || *units > 1024 || *units * bits_per_unit % 8 != 0) return std::nullopt;
    const std::uint64_t bytes = *units * bits_per_unit / 8;
    const bool exists = std::find(kBytes.begin(), kBytes.end(), bytes) != kBytes.end();
    return exists ? std::optional(bytes) : std::nullopt;
  }
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;
  const auto bytes = number(text);
  if (!bytes || *bytes == 0 || *bytes >= kMostBytes) return std::nullopt;
  return bytes;
}

std::string repack_shape(const ChunkShape& chunk) {
  std::string text;
  for (const std::uint64_t length : chunk) {
    if (!text.empty()) text += 'x';
    text += std::to_string(length);
  }
  return text;
}

std::optional<std::string> repack_command(const std::string& file, const std::string& path,
                                          const ChunkShape& chunk) {
  // h5repack's list has no way to quote its own separators.
  if (path.find_first_of(",:") != std::string::npos) return std::nullopt;
  return "h5pave run -- h5repack -l " + shell_word(path + ":CHUNK=" + repack_shape(chunk)) + " " +
         shell_word(file) + " " + shell_word(repacked_name(file));
}

std::string run_command_line(const std::string& path, const AccessWords& words,
                             std::optional<std::uint64_t> target) {
  // A comma would end the rule, and a wildcard in a name may match other names.
  const bool can_be_a_rule = !path.empty() && path.find_first_of(",*?[\\") == std::string::npos;
  std::string text =
      "h5pave run --chunk " + shell_word(can_be_a_rule ? path + "=override" : "override");
  if (!words.access.empty()) text += " --access " + shell_word(words.access);
  if (!words.profile.empty()) text += " --profile " + shell_word(words.profile);
  if (target) text += " --chunk_target " + std::to_string(*target);
  return text + " -- program";
}

}  // namespace h5pave::cli
