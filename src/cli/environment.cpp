#include "cli/environment.h"

namespace h5pave::cli {

Environment::Environment(const char* const* entries) {
  for (; entries != nullptr && *entries != nullptr; ++entries) {
    const std::string_view entry = *entries;
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    values_.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
}

std::optional<std::string> Environment::get(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

void Environment::set(const std::string& name, const std::string& value) { values_[name] = value; }

void Environment::unset(std::string_view name) {
  if (const auto found = values_.find(name); found != values_.end()) values_.erase(found);
}

std::vector<std::string> Environment::entries() const {
  std::vector<std::string> lines;
  lines.reserve(values_.size());
  for (const auto& [name, value] : values_) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> exec_array(std::vector<std::string>& lines) {
  std::vector<char*> pointers;
  pointers.reserve(lines.size() + 1);
  for (std::string& line : lines) pointers.push_back(line.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace h5pave::cli
