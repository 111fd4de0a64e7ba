// A profile as text: JSON with a version, one line per dataset (docs/format.md describes it).
//
// Called by profile_file and the h5pave command. Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "profile/access_profile.h"

namespace h5pave {

/// The version of the format that is written, and the only one that is read.
inline constexpr std::uint64_t kProfileVersion = 1;

/// Longer texts are no profiles.
inline constexpr std::size_t kLongestProfile = std::size_t{4} << 20;

/// At most kLongestProfile bytes: where `profile` is longer, datasets are left out from the end and
/// counted.
std::string profile_text(const AccessProfile& profile);

/// Why a text is no profile that can be used, to be put behind the name of the file: "is not a
/// profile", "is a profile of version 2, …".
struct ProfileFault {
  std::string text;
};

/// Understands what profile_text() wrote. Everything that is read is within the limits of
/// access_profile.h; any other text, however damaged, is a fault.
std::variant<AccessProfile, ProfileFault> parse_profile(std::string_view text);

}  // namespace h5pave
