// The values of all options, parsed. A bad key or value never stops the host program: it becomes
// one complaint line and the default stays.
//
// Called by: the plugin (at connector initialisation and for every info string) and src/cli.
// Thread rule: an Options value is immutable once shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisor/access_pattern.h"
#include "advisor/filter_rules.h"
#include "advisor/index_kind.h"
#include "advisor/shape_advice.h"
#include "encode/filter_step.h"

namespace h5pave {

enum class LogLevel { kOff, kError, kWarn, kInfo, kDebug };

/// Oldest HDF5 release that must be able to read what is created.
enum class Compat { kV110, kV18 };

/// `glob` matches the absolute path of a dataset ("*" stands for all datasets).
struct IndexRule {
  std::string glob;
  IndexRequest index;
};

struct ChunkRule {
  std::string glob;
  ShapePolicy policy;
};

struct FilterRule {
  std::string glob;
  FilterRequest request;
};

/// The option `cache`.
enum class CachePolicy {
  kKeep,  ///< libhdf5's chunk caches stay as the program or the library says.
  kAuto,  ///< Caches nobody chose hold the chunks that come back.
};

struct Options {
  std::vector<IndexRule> index_rules;         ///< Empty: automatic for every dataset.
  std::vector<ChunkRule> chunk_rules;         ///< Empty: every dataset keeps its chunk shape.
  std::optional<std::uint64_t> chunk_target;  ///< Bytes per chunk; empty: the model decides.
  AccessSpec access;                          ///< What chunk shapes are to serve.
  std::vector<FilterRule> filter_rules;       ///< Empty: filters stay as the program says.
  bool checksum = false;                      ///< New chunked datasets get a fletcher32.
  std::optional<std::uint64_t> page_bytes;    ///< Of new files in pages; empty: no pages.
  CachePolicy cache = CachePolicy::kKeep;
  Compat compat = Compat::kV110;
  LogLevel log = LogLevel::kWarn;
  std::string stats_path;    ///< Empty: no statistics.
  std::string profile_path;  ///< Empty: accesses are neither recorded nor looked up.
  unsigned threads = 0;    ///< Worker threads; 0: the processors this process may use.
  std::size_t memory_bytes = std::size_t{256} << 20;  ///< For chunks on their way, all files.
  DeflateMode deflate = DeflateMode::kBalanced;
  bool mpi_independent = true;  ///< Independent writes to filtered datasets wait for all ranks.

  /// The request for the dataset at `path`: the first rule whose glob matches, else automatic.
  /// An anonymous dataset has the empty path, which only the glob "*" matches.
  IndexRequest index_for(std::string_view path) const;

  /// True when index_for() depends on the path, so that callers may skip finding it.
  bool index_depends_on_path() const;

  /// What may be done to the chunk shape of the dataset at `path`: as index_for(), else keep.
  ShapePolicy chunk_for(std::string_view path) const;
  bool chunk_depends_on_path() const;

  /// True when chunk_for() may be other than keep.
  bool may_change_chunks() const { return !chunk_rules.empty(); }

  /// What the dataset at `path` is to get: as index_for(), else nothing.
  FilterRequest filter_for(std::string_view path) const;
  bool filter_depends_on_path() const;

  /// True when new datasets may get filters that the program did not ask for.
  bool may_add_filters() const { return checksum || !filter_rules.empty(); }
};

/// One line of text for a user, without the "h5pave:" prefix or a line end.
using Complaints = std::vector<std::string>;

/// A key and value as found, with the name by which the user knows the place ("H5PAVE_INDEX",
/// "the info string").
struct Setting {
  std::string key;
  std::string value;
  std::string source;
};

/// Applies `settings` in order over `base`. Each unknown key or bad value adds one complaint that
/// names the option, the value and the legal ones, and leaves the former value.
Options apply_settings(Options base, const std::vector<Setting>& settings, Complaints& complaints);

/// All H5PAVE_* variables of `environment` (an array as `environ`, ended by a null pointer) that
/// are not reserved for scripts and module files.
std::vector<Setting> settings_from_environment(const char* const* environment);

}  // namespace h5pave
