// HDF5 filters in words. Thread rule: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace h5pave::cli {

/// The usual short name of a registered filter ("deflate", "zstd"), else `name_in_file`, else
/// "filter <id>".
std::string filter_name(int id, std::string_view name_in_file);

/// E.g. "deflate level 4", "shuffle (4-byte elements)", "scaleoffset (integer, 5 bits)",
/// "zstd level 3"; the plain numbers follow the name of a filter whose parameters are not known
/// here. Short parameter lists are safe.
std::string filter_words(int id, std::string_view name_in_file,
                         std::span<const unsigned> parameters);

}  // namespace h5pave::cli
