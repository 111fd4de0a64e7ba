// What `h5pave plan` understands and says: shapes and types on the command line, the commands that
// carry a plan out. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/index_size.h"
#include "advisor/shape_search.h"

namespace h5pave::cli {

/// "98128,277,349"; `inf` stands for an unlimited dimension, whose extent is 0. Nothing for other
/// text, lengths of 0 and more than 32 dimensions. The element size and the chunk are not set.
std::optional<ChunkedShape> parse_shape(std::string_view text);

/// Bytes of a value: `f4` and its like as in NumPy, `float32`, `int16`, `uint8`, …, or a number.
std::optional<std::uint64_t> parse_type_bytes(std::string_view text);

/// "20000x4", as h5repack wants a chunk shape.
std::string repack_shape(const ChunkShape& chunk);

/// The shell command that gives the dataset at `path` of `file` the chunk shape, in a copy with
/// modern chunk indexes; nothing when h5repack cannot be told of such a path.
std::optional<std::string> repack_command(const std::string& file, const std::string& path,
                                          const ChunkShape& chunk);

/// How a plan was told the accesses: by words, by a profile, or (both empty) not at all.
struct AccessWords {
  std::string access;
  std::string profile;
};

/// The shell command under which a program creates a dataset at `path` with a shape for those
/// accesses and `target` (bytes). An empty path stands for all datasets.
std::string run_command_line(const std::string& path, const AccessWords& words,
                             std::optional<std::uint64_t> target);

}  // namespace h5pave::cli
