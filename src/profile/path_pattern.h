// The name under which datasets that a program makes alike share what is recorded of them:
// /step_0001/u and /step_0002/u are both /step_#/u.
//
// Called by access_recorder, the plugin when it looks a dataset up, the h5pave command. Thread
// rule: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace h5pave {

/// `path` with every run of decimal digits replaced by '#'. Bytes that are not UTF-8 become '?',
/// since the profile is JSON; of a path longer than 1000 bytes the end is cut off.
std::string path_pattern(std::string_view path);

}  // namespace h5pave
