// A copy of the process environment that can be changed and handed to a child or to exec. The
// command reads it once at its start, because it drops HDF5's own variables from the real
// environment before the first HDF5 call. Thread rule: a plain value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h5pave::cli {

class Environment {
 public:
  Environment() = default;

  /// From an array as `environ`. Of a name that occurs twice the first entry counts, as for getenv.
  explicit Environment(const char* const* entries);

  std::optional<std::string> get(std::string_view name) const;
  void set(const std::string& name, const std::string& value);
  void unset(std::string_view name);

  /// "NAME=value" lines, by name.
  std::vector<std::string> entries() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// Pointers to `lines` with a null pointer at the end, as exec wants them. The lines must outlive
/// it.
std::vector<char*> exec_array(std::vector<std::string>& lines);

}  // namespace h5pave::cli
