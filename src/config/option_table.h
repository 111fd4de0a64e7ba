// The one table of options. The environment (H5PAVE_<KEY>), the connector's info string
// (`h5pave key=value;…`), `h5pave options` and the README's table are all made from it.
//
// Called by: options.cpp (parsing), src/cli (help). Thread rule: constant data, free to share.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace h5pave {

/// One option as a user sees it.
struct OptionRow {
  std::string_view key;            ///< Lower case; the variable is H5PAVE_ + upper case.
  std::string_view type;           ///< "choice", "rules" or "path".
  std::string_view default_value;  ///< As text; empty means unset.
  std::string_view range;          ///< Legal values, as shown in help and in error lines.
  std::string_view help;           ///< One sentence, without a final full stop.
};

/// All options, in the order in which help lists them.
std::span<const OptionRow> option_table();

/// The row of `key` (lower case), or nullptr when there is no such option.
const OptionRow* find_option(std::string_view key);

/// "index" → "H5PAVE_INDEX".
std::string environment_name(std::string_view key);

}  // namespace h5pave
