#include "config/info_string.h"

#include "config/text.h"

namespace h5pave {

namespace {

/// "{abc}" → "abc"; text without braces stays.
std::string_view strip_braces(std::string_view text) {
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

InfoString parse_info_string(std::string_view text, Complaints& complaints) {
  InfoString info;
  for (const std::string_view part : split(text, ';')) {
    const std::string_view setting = trim(part);
    if (setting.empty()) continue;
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      complaints.push_back("'" + std::string(setting) +
                           "' in the info string of HDF5_VOL_CONNECTOR is ignored; it should read "
                           "key=value;key=value");
      continue;
    }
    const std::string_view key = trim(setting.substr(0, equals));
    const std::string_view value = trim(setting.substr(equals + 1));
    if (key == "under_vol") {
      info.under.connector = value;
    } else if (key == "under_info") {
      info.under.info = strip_braces(value);
    } else {
      info.settings.push_back(
          {std::string(key), std::string(value), "the info string of HDF5_VOL_CONNECTOR"});
    }
  }
  return info;
}

std::string format_info_string(const InfoString& info) {
  std::string text = "under_vol=" + info.under.connector + ";under_info={" + info.under.info + "}";
  for (const Setting& setting : info.settings) text += ";" + setting.key + "=" + setting.value;
  return text;
}

}  // namespace h5pave
