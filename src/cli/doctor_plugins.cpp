#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "cli/child_process.h"
#include "cli/doctor.h"
#include "cli/filter_words.h"
#include "cli/launch.h"
#include "cli/plugin_path.h"

namespace h5pave::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kProbeLimit = 30;  // seconds

/// libhdf5 opens what is called lib*.so*.
bool is_plugin_name(const std::string& name) {
  return name.starts_with("lib") && name.find(".so") != std::string::npos;
}

Findings check_plugin_file(const CommandContext& context, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    return {
        problem(fmt::format("{} is a link to nothing: HDF5 stops looking through its folder there",
                            file.string()),
                "remove it or install what it points to")};
  }
  if (fs::is_directory(file, error)) return {};
  const ProbeAnswer answer = ask_probe(context, context.environment, {"plugin", file.string()});
  if (const std::string reason = answer_value(answer, "error"); !reason.empty()) {
    return {problem(fmt::format("HDF5 cannot load {}: {}", file.string(), reason),
                    "install the library that is missing, or remove the file")};
  }
  const std::string kind = answer_value(answer, "kind");
  if (kind == "none") {
    return {note(fmt::format("{} is not an HDF5 plugin; HDF5 loads it whenever it looks for one",
                             file.string()))};
  }
  if (kind != "filter") return {};
  const std::string id = answer_value(answer, "filter");
  return {
      fine(fmt::format("filter {} ({}): {}", id, filter_name(std::stoi(id), ""), file.string()))};
}

}  // namespace

ProbeAnswer ask_probe(const CommandContext& context, const Environment& environment,
                      const std::vector<std::string>& question) {
  std::vector<std::string> words{context.executable.string(), kProbeCommand};
  words.insert(words.end(), question.begin(), question.end());
  const ChildResult result = run_child(std::move(words), environment, kProbeLimit);
  ProbeAnswer answer;
  for (const std::string& line : lines_of(result.output)) {
    const auto tab = line.find('\t');
    if (tab != std::string::npos) answer.emplace(line.substr(0, tab), line.substr(tab + 1));
  }
  if (!result.succeeded() && !answer.contains("error")) {
    const std::string how = result.ending.empty() ? "it failed" : result.ending;
    answer.emplace("error",
                   result.errors.empty() ? how : how + ": " + lines_of(result.errors).back());
  }
  return answer;
}

std::string answer_value(const ProbeAnswer& answer, const std::string& key) {
  const auto found = answer.find(key);
  return found == answer.end() ? std::string() : found->second;
}

Findings check_plugin(const CommandContext& context, const std::string& plugin_folder) {
  Findings findings;
  const std::string file = (fs::path(plugin_folder) / kPluginFile).string();
  const ProbeAnswer answer = ask_probe(context, context.environment, {"plugin", file});
  if (const std::string reason = answer_value(answer, "error"); !reason.empty()) {
    findings.push_back(problem(fmt::format("the plugin {} cannot be loaded: {}", file, reason),
                               "install h5pave again, built on this system or an older one"));
  } else if (answer_value(answer, "kind") != "other") {
    findings.push_back(problem(file + " is not h5pave's plugin", "install h5pave again"));
  } else {
    findings.push_back(fine("plugin: " + file));
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(plugin_folder, error)) {
    if (entry.path().filename() == kPluginFile) continue;
    findings.push_back(
        problem(fmt::format("{} lies in h5pave's plugin folder; HDF5 tries to load what is there",
                            entry.path().string()),
                "move it to another folder"));
  }
  return findings;
}

Findings check_plugin_folders(const CommandContext& context,
                              const std::vector<std::string>& folders) {
  Findings findings;
  for (const std::string& folder : folders) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      if (!is_plugin_name(name) || name == kPluginFile) continue;
      for (Finding& finding : check_plugin_file(context, entry.path())) {
        findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

Findings check_start(const CommandContext& context) {
  const std::string name =
      connector_name(context.environment.get("HDF5_VOL_CONNECTOR").value_or(""));
  if (name.empty()) return {};
  const ProbeAnswer answer = ask_probe(context, context.environment, {"start", name});
  const std::string reason = answer_value(answer, "error");
  if (reason.empty()) return {};
  return {problem(
      fmt::format("HDF5 cannot start with HDF5_VOL_CONNECTOR='{}' and HDF5_PLUGIN_PATH='{}': {}",
                  context.environment.get("HDF5_VOL_CONNECTOR").value_or(""),
                  context.environment.get("HDF5_PLUGIN_PATH").value_or(""), reason),
      "unset HDF5_VOL_CONNECTOR, or name a connector whose plugin lies in HDF5_PLUGIN_PATH")};
}

}  // namespace h5pave::cli
