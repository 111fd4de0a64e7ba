// Puts what a profile knows of a dataset into the question about its chunk shape.
//
// Called by the plugin at H5Dcreate and the h5pave command. Thread rule: pure functions.
#pragma once

#include <string_view>

#include "advisor/shape_advice.h"
#include "profile/access_profile.h"

namespace h5pave {

/// The record of the dataset at `path` with `rank` dimensions, or null when it has no access.
const RecordedDataset* recorded_dataset(const AccessProfile& profile, std::string_view path,
                                        std::size_t rank);

/// Has the question ask for the recorded accesses of the dataset at `path`, unless the user said
/// how datasets are used. `source`: the profile's name, for people. True when it does so.
bool apply_profile(const AccessProfile& profile, std::string_view path, std::string_view source,
                   ShapeQuestion& question);

}  // namespace h5pave
