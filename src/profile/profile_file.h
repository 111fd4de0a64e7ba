// The profile's file: read as a whole, changed by adding to it, safe against other processes that
// do the same and against anything else that may lie under its name.
//
// A writer locks the file (flock), reads it again, and puts a new file in its place by rename, so
// that a reader sees the old one or the new one. The last component of the path is never followed
// when it is a symbolic link. What is not a profile, or of another version, is never overwritten.
//
// Called by the plugin at its first question and at the end of the process, and by the h5pave
// command. Thread rule: safe from any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "profile/access_profile.h"

namespace h5pave {

/// A profile, or why there is none.
struct LoadedProfile {
  std::optional<AccessProfile> profile;  ///< Empty also when there is no such file.
  std::string trouble;                   ///< A sentence for the user; empty when all is well.
};

/// Reads the profile at `path`. No file, or an empty one, is no trouble.
LoadedProfile load_profile(const std::string& path);

/// Adds `more` to the profile at `path`, which is made when it does not exist. Returns a sentence
/// for the user when that failed, with the file as it was; else an empty text. Other writers are
/// waited for, but no longer than `patience`.
std::string add_to_profile(const std::string& path, const AccessProfile& more,
                           std::chrono::milliseconds patience = std::chrono::seconds(30));

/// The same, but nothing when other writers were at it for so long.
std::optional<std::string> try_add_to_profile(const std::string& path, const AccessProfile& more,
                                              std::chrono::milliseconds patience);

}  // namespace h5pave
