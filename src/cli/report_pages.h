// The pages of `h5pave report`. Called by report_command. Thread rule: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advisor/storage_model.h"
#include "profile/access_profile.h"

namespace h5pave::cli {

/// What programs did, dataset by dataset, and what another chunk shape would change. `name`: of the
/// file, for people.
std::string profile_page(const AccessProfile& profile, const std::string& name,
                         const StorageModel& storage);

/// Where the time of a process went, from the JSON of the option `stats`; nothing when `text` is
/// not that.
std::optional<std::string> statistics_page(std::string_view text, const std::string& name);

}  // namespace h5pave::cli
