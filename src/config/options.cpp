#include "config/options.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "config/filter_request.h"
#include "config/option_table.h"
#include "config/text.h"

namespace h5pave {

namespace {

/// Variables with our prefix that are set by scripts and module files and are not options.
constexpr std::array<std::string_view, 5> kReservedVariables{
    "H5PAVE_BUILD", "H5PAVE_BUILD_CACHE", "H5PAVE_PLUGIN_DIR", "H5PAVE_PREFIX", "H5PAVE_ROOT"};

template <typename Value>
using Choice = std::pair<std::string_view, Value>;

constexpr std::array kLogChoices{
    Choice<LogLevel>{"off", LogLevel::kOff}, Choice<LogLevel>{"error", LogLevel::kError},
    Choice<LogLevel>{"warn", LogLevel::kWarn}, Choice<LogLevel>{"info", LogLevel::kInfo},
    Choice<LogLevel>{"debug", LogLevel::kDebug}};

constexpr std::array kCompatChoices{Choice<Compat>{"1.10", Compat::kV110},
                                    Choice<Compat>{"1.8", Compat::kV18}};

constexpr std::array kDeflateChoices{Choice<DeflateMode>{"balanced", DeflateMode::kBalanced},
                                     Choice<DeflateMode>{"small", DeflateMode::kSmall},
                                     Choice<DeflateMode>{"fast", DeflateMode::kFast},
                                     Choice<DeflateMode>{"stock", DeflateMode::kStock}};

constexpr std::array kSwitchChoices{Choice<bool>{"on", true}, Choice<bool>{"off", false}};

constexpr std::array kChecksumChoices{Choice<bool>{"0", false}, Choice<bool>{"1", true}};

constexpr std::array kCacheChoices{Choice<CachePolicy>{"keep", CachePolicy::kKeep},
                                   Choice<CachePolicy>{"auto", CachePolicy::kAuto}};

template <typename Value, std::size_t kCount>
std::optional<Value> choose(const std::array<Choice<Value>, kCount>& choices,
                            std::string_view text) {
  for (const auto& [name, value] : choices) {
    if (name == text) return value;
  }
  return std::nullopt;
}

/// "fixed" or "/a*=btree1,/b=auto", with `parse_word` for what stands behind '='; nothing when any
/// part is wrong.
template <typename Rule, typename ParseWord>
std::optional<std::vector<Rule>> parse_rules(std::string_view text, ParseWord&& parse_word,
                                             char separator = ',') {
  std::vector<Rule> rules;
  for (const std::string_view part : split(text, separator)) {
    const auto equals = part.rfind('=');
    const bool has_glob = equals != std::string_view::npos;
    const std::string_view glob = has_glob ? trim(part.substr(0, equals)) : "*";
    const auto value = parse_word(trim(has_glob ? part.substr(equals + 1) : part));
    if (!value || glob.empty()) return std::nullopt;
    rules.push_back({std::string(glob), *value});
  }
  return rules;
}

/// "fast" or "/raw*=none;shuffle,deflate:6": rules are parted by ';', since pipelines have commas.
/// Braces around the whole are dropped: an info string needs them.
std::optional<std::vector<FilterRule>> parse_filter_rules(std::string_view text) {
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
    text = trim(text.substr(1, text.size() - 2));
  return parse_rules<FilterRule>(text, parse_filter_request, ';');
}

/// The first rule whose glob matches `path`, or null. Only "*" matches the empty path.
template <typename Rule>
const Rule* first_match(const std::vector<Rule>& rules, std::string_view path) {
  const std::string terminated(path);
  for (const Rule& rule : rules) {
    if (rule.glob == "*" ||
        (!path.empty() && fnmatch(rule.glob.c_str(), terminated.c_str(), 0) == 0))
      return &rule;
  }
  return nullptr;
}

template <typename Rule>
bool depends_on_path(const std::vector<Rule>& rules) {
  return !rules.empty() && rules.front().glob != "*";
}

std::optional<std::uint64_t> parse_chunk_target(std::string_view text) {
  constexpr std::uint64_t kLeastBytes = std::uint64_t{4} << 10;
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes < kLeastBytes || *bytes > kMostBytes) return std::nullopt;
  return bytes;
}

/// What libhdf5 takes as the page size of a file, but not below what a file system reads at once.
std::optional<std::uint64_t> parse_page(std::string_view text) {
  constexpr std::uint64_t kLeastBytes = std::uint64_t{4} << 10;
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes < kLeastBytes || *bytes > kMostBytes) return std::nullopt;
  return bytes;
}

std::optional<unsigned> parse_threads(std::string_view text) {
  constexpr std::uint64_t kMaxThreads = 1024;
  const auto number = parse_bytes(text);
  if (!number || *number > kMaxThreads) return std::nullopt;
  return static_cast<unsigned>(*number);
}

std::optional<std::size_t> parse_memory(std::string_view text) {
  constexpr std::uint64_t kMinBytes = std::uint64_t{1} << 20;
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes < kMinBytes) return std::nullopt;
  return static_cast<std::size_t>(*bytes);
}

template <typename Value>
bool assign(Value& target, std::optional<Value> parsed) {
  if (!parsed) return false;
  target = *std::move(parsed);
  return true;
}

bool assign_value(Options& options, std::string_view key, std::string_view value) {
  if (key == "index")
    return assign(options.index_rules, parse_rules<IndexRule>(value, parse_index_request));
  if (key == "chunk")
    return assign(options.chunk_rules, parse_rules<ChunkRule>(value, parse_shape_policy));
  if (key == "chunk_target") {
    const auto target = parse_chunk_target(value);
    if (target) options.chunk_target = target;
    return target.has_value();
  }
  if (key == "access") {
    std::string error;  // The complaint lists what is legal.
    return assign(options.access, parse_access(value, error));
  }
  if (key == "filter") return assign(options.filter_rules, parse_filter_rules(value));
  if (key == "checksum") return assign(options.checksum, choose(kChecksumChoices, value));
  if (key == "page") {
    const auto bytes = parse_page(value);
    if (bytes) options.page_bytes = bytes;
    return bytes.has_value();
  }
  if (key == "cache") return assign(options.cache, choose(kCacheChoices, value));
  if (key == "compat") return assign(options.compat, choose(kCompatChoices, value));
  if (key == "threads") return assign(options.threads, parse_threads(value));
  if (key == "mem") return assign(options.memory_bytes, parse_memory(value));
  if (key == "deflate") return assign(options.deflate, choose(kDeflateChoices, value));
  if (key == "mpi_independent")
    return assign(options.mpi_independent, choose(kSwitchChoices, value));
  if (key == "log") return assign(options.log, choose(kLogChoices, value));
  if (key == "profile") {
    options.profile_path = value;
    return true;
  }
  options.stats_path = value;
  return true;
}

std::string known_keys() {
  std::string keys;
  for (const OptionRow& row : option_table()) {
    if (!keys.empty()) keys += ", ";
    keys += row.key;
  }
  return keys;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return result;
}

}  // namespace

IndexRequest Options::index_for(std::string_view path) const {
  const IndexRule* const rule = first_match(index_rules, path);
  return rule == nullptr ? IndexRequest::kAuto : rule->index;
}

bool Options::index_depends_on_path() const { return depends_on_path(index_rules); }

ShapePolicy Options::chunk_for(std::string_view path) const {
  const ChunkRule* const rule = first_match(chunk_rules, path);
  return rule == nullptr ? ShapePolicy::kKeep : rule->policy;
}

bool Options::chunk_depends_on_path() const { return depends_on_path(chunk_rules); }

FilterRequest Options::filter_for(std::string_view path) const {
  const FilterRule* const rule = first_match(filter_rules, path);
  return rule == nullptr ? FilterRequest{} : rule->request;
}

bool Options::filter_depends_on_path() const { return depends_on_path(filter_rules); }

Options apply_settings(Options base, const std::vector<Setting>& settings, Complaints& complaints) {
  for (const Setting& setting : settings) {
    const std::string key = lower(setting.key);
    const OptionRow* const row = find_option(key);
    if (row == nullptr) {
      complaints.push_back("unknown option '" + setting.key + "' in " + setting.source +
                           " is ignored; the options are: " + known_keys());
      continue;
    }
    if (!assign_value(base, key, trim(setting.value))) {
      complaints.push_back("bad value '" + setting.value + "' for " + key + " in " +
                           setting.source +
                           " is ignored; legal values: " + std::string(row->range));
    }
  }
  return base;
}

std::vector<Setting> settings_from_environment(const char* const* environment) {
  constexpr std::string_view kPrefix = "H5PAVE_";
  std::vector<Setting> settings;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const auto equals = entry.find('=');
    if (!entry.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    const std::string_view name = entry.substr(0, equals);
    const std::string_view value = entry.substr(equals + 1);
    const bool reserved = std::find(kReservedVariables.begin(), kReservedVariables.end(), name) !=
                          kReservedVariables.end();
    if (reserved || trim(value).empty()) continue;  // An empty variable means unset.
    settings.push_back({lower(name.substr(kPrefix.size())), std::string(value),
                        "the environment variable " + std::string(name)});
  }
  return settings;
}

}  // namespace h5pave
