// Text that a shell reads back unchanged, for `h5pave env`. Thread rule: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace h5pave::cli {

enum class Shell { kSh, kCsh, kFish };

/// "sh" (also bash, dash, ksh, zsh), "csh" (also tcsh), "fish"; nothing for any other name.
std::optional<Shell> parse_shell(std::string_view name);

/// `text` as one word of `shell`, always in quotes. Requires no NUL byte in `text`.
std::string quote_for_shell(Shell shell, std::string_view text);

/// The line that sets and exports a variable, with its line end.
std::string export_line(Shell shell, std::string_view name, std::string_view value);

}  // namespace h5pave::cli
