// The file in which `h5pave bench --calibrate` leaves what a machine costs, and `h5pave plan
// --storage FILE` reads it. Thread rule: main thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "advisor/storage_model.h"

namespace h5pave::cli {

/// Measured constants by their names in the file: "request_seconds", …
using StorageConstants = std::map<std::string, double>;

/// The names of all constants that the file has.
const std::vector<std::string>& storage_constant_names();

/// The model with these constants; the range of chunk sizes follows from what a request costs in
/// bytes. Throws std::runtime_error that names a constant that is missing or no sensible number.
StorageModel storage_model_of(const StorageConstants& constants);

/// One JSON document with the constants and what a person may want to know of them.
std::string storage_file_text(const StorageConstants& constants,
                              const std::map<std::string, std::string>& about);

/// Throws std::runtime_error that says what is wrong with the file.
StorageModel read_storage_file(const std::string& path);

}  // namespace h5pave::cli
