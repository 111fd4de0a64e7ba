// The words of the option `filter`. Called by options.cpp. Thread rule: pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "advisor/filter_rules.h"

namespace h5pave {

/// Understands `keep` and `none` (no steps), `fast`, `balanced`, `max` and `auto`, and pipelines of
/// `shuffle`, `deflate:LEVEL` and `fletcher32`, each at most once and fletcher32 last, such as
/// `shuffle,deflate:6`. Nothing for other text.
std::optional<FilterRequest> parse_filter_request(std::string_view text);

}  // namespace h5pave
