// The connector's info string: what follows the name in HDF5_VOL_CONNECTOR, e.g.
// `under_vol=0;under_info={};log=info`. Called by the plugin. Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/options.h"

namespace h5pave {

/// The connector below ours. A pass-through connector's number or name with its own info string.
struct UnderConnector {
  std::string connector;  ///< "0" or "native" by default; a number or a name.
  std::string info;       ///< Text between the braces of under_info, handed on untouched.
};

struct InfoString {
  UnderConnector under{"0", ""};
  std::vector<Setting> settings;  ///< Every other key=value, in order.
};

/// Parses all spellings: empty, `under_vol=0;under_info={}`, `key=value;…`, blanks around parts,
/// nested braces in under_info. A part without '=' adds a complaint and is dropped.
InfoString parse_info_string(std::string_view text, Complaints& complaints);

/// The inverse of parse_info_string, as H5VLconnector_info_to_str wants it.
std::string format_info_string(const InfoString& info);

}  // namespace h5pave
