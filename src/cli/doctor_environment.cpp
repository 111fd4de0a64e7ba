#include "cli/doctor_environment.h"

#include <algorithm>

#include "cli/launch.h"
#include "cli/plugin_path.h"
#include "config/info_string.h"
#include "config/options.h"
#include "config/text.h"

namespace h5pave::cli {

namespace {

constexpr const char* kUseRun =
    "start programs with `h5pave run -- PROGRAM`, or `eval \"$(h5pave env)\"`";

void check_preload(const Environment& environment, Findings& findings) {
  const auto preload = environment.get("HDF5_PLUGIN_PRELOAD");
  if (preload != "::") return;
  findings.push_back(
      problem("HDF5_PLUGIN_PRELOAD=:: turns off all plugins of HDF5, h5pave and filters",
              "unset HDF5_PLUGIN_PRELOAD"));
}

/// The folder from which a program would load h5pave; empty when there is none.
std::string first_with_plugin(const std::vector<std::string>& entries, const Folders& folders) {
  const auto found = std::ranges::find_if(entries, folders.holds_plugin);
  return found == entries.end() ? std::string() : *found;
}

void check_plugin_is_found(const std::vector<std::string>& entries,
                           const std::string& plugin_folder, const Folders& folders,
                           Findings& findings) {
  const std::string used = first_with_plugin(entries, folders);
  if (used.empty()) {
    findings.push_back(
        problem("HDF5_VOL_CONNECTOR=h5pave, but no folder in HDF5_PLUGIN_PATH holds libh5pave.so: "
                "HDF5 1.14 "
                "goes on without h5pave, HDF5 2.x fails",
                "add " + (plugin_folder.empty() ? "the plugin folder of h5pave" : plugin_folder) +
                    " to HDF5_PLUGIN_PATH, or " + kUseRun));
  } else if (!plugin_folder.empty() && used != plugin_folder) {
    findings.push_back(note("programs load libh5pave.so from " + used + ", this command's is in " +
                            plugin_folder));
  } else {
    findings.push_back(fine("HDF5_VOL_CONNECTOR and HDF5_PLUGIN_PATH choose h5pave"));
  }
}

void add_complaints(const Complaints& complaints, const std::string& fix, Findings& findings) {
  for (const std::string& complaint : complaints) findings.push_back(problem(complaint, fix));
}

void check_info_string(const std::string& value, Findings& findings) {
  const std::string_view text = trim(value);
  const auto blank = text.find_first_of(" \t\r\n");
  if (blank == std::string_view::npos) return;
  Complaints complaints;
  const InfoString info = parse_info_string(trim(text.substr(blank)), complaints);
  apply_settings(Options{}, info.settings, complaints);
  add_complaints(complaints, "correct HDF5_VOL_CONNECTOR; `h5pave options` lists the options",
                 findings);
}

void check_connector(const Environment& environment, const std::vector<std::string>& entries,
                     const std::string& plugin_folder, const Folders& folders, Findings& findings) {
  const auto value = environment.get("HDF5_VOL_CONNECTOR");
  if (!value || value->empty()) {
    findings.push_back(
        note(std::string("HDF5_VOL_CONNECTOR is not set here: h5pave is used only by "
                         "programs started with it; ") +
             kUseRun));
    return;
  }
  const std::string name = connector_name(*value);
  if (name.empty()) {
    findings.push_back(problem("HDF5_VOL_CONNECTOR is set to blanks: HDF5 refuses to start",
                               "unset HDF5_VOL_CONNECTOR, or set it to h5pave"));
  } else if (name == "h5pave") {
    check_plugin_is_found(entries, plugin_folder, folders, findings);
    check_info_string(*value, findings);
  } else {
    findings.push_back(note("HDF5_VOL_CONNECTOR chooses another connector: " + name));
  }
}

void check_plugin_path(const Environment& environment, const std::vector<std::string>& entries,
                       const std::vector<std::string>& default_folders, const Folders& folders,
                       Findings& findings) {
  if (!environment.get("HDF5_PLUGIN_PATH")) return;
  for (const std::string& entry : entries) {
    if (folders.exists(entry)) continue;
    findings.push_back(problem("HDF5_PLUGIN_PATH names " + entry + ", which is not a folder",
                               "remove " + entry + " from HDF5_PLUGIN_PATH, or create it"));
  }
  for (const std::string& folder : default_folders) {
    if (std::ranges::find(entries, folder) != entries.end()) continue;
    findings.push_back(
        note("HDF5_PLUGIN_PATH replaces HDF5's own plugin folder " + folder +
             ": filters there are not found; add it to the variable if they are needed"));
  }
}

void check_options(const Environment& environment, Findings& findings) {
  std::vector<std::string> entries = environment.entries();
  const std::vector<char*> pointers = exec_array(entries);
  Complaints complaints;
  apply_settings(Options{}, settings_from_environment(pointers.data()), complaints);
  add_complaints(complaints, "correct or unset the variable; `h5pave options` lists the options",
                 findings);
}

}  // namespace

Findings check_environment(const Environment& environment, const std::string& plugin_folder,
                           const std::vector<std::string>& default_folders,
                           const Folders& folders) {
  Findings findings;
  const std::vector<std::string> entries =
      split_plugin_path(environment.get("HDF5_PLUGIN_PATH").value_or(""));
  check_preload(environment, findings);
  check_connector(environment, entries, plugin_folder, folders, findings);
  check_plugin_path(environment, entries, default_folders, folders, findings);
  check_options(environment, findings);
  return findings;
}

}  // namespace h5pave::cli
