#include <algorithm>

#include "cli/launch.h"
#include "cli/plugin_path.h"
#include "config/info_string.h"
#include "config/option_table.h"
#include "config/text.h"

namespace h5pave::cli {

namespace {

constexpr std::string_view kConnector = "h5pave";
constexpr std::string_view kBlank = " \t\r\n";

/// What follows the name in a value of HDF5_VOL_CONNECTOR.
std::string_view info_of(std::string_view value) {
  value = trim(value);
  const auto end = value.find_first_of(kBlank);
  return end == std::string_view::npos ? std::string_view{} : trim(value.substr(end));
}

}  // namespace

std::string connector_name(const std::string& value) {
  const std::string_view text = trim(value);
  return std::string(text.substr(0, text.find_first_of(kBlank)));
}

std::string connector_value(const std::optional<std::string>& current, const OptionFlags& flags) {
  std::string value(kConnector);
  if (!current || connector_name(*current) != kConnector) return value;
  if (info_of(*current).empty()) return value;
  Complaints ignored;  // The connector itself reports them when it reads the string.
  InfoString info = parse_info_string(info_of(*current), ignored);
  std::erase_if(info.settings,
                [&flags](const Setting& setting) { return flags.contains(setting.key); });
  return value + " " + format_info_string(info);
}

std::vector<Assignment> launch_assignments(const Environment& environment,
                                           const std::string& plugin_folder,
                                           const std::vector<std::string>& default_folders,
                                           const OptionFlags& flags) {
  std::vector<Assignment> assignments{
      {"HDF5_PLUGIN_PATH",
       join_plugin_path(plugin_folder, environment.get("HDF5_PLUGIN_PATH"), default_folders)},
      {"HDF5_VOL_CONNECTOR", connector_value(environment.get("HDF5_VOL_CONNECTOR"), flags)}};
  for (const OptionRow& row : option_table()) {
    if (const auto flag = flags.find(std::string(row.key)); flag != flags.end()) {
      assignments.push_back({environment_name(row.key), flag->second});
    }
  }
  return assignments;
}

}  // namespace h5pave::cli
