// What `h5pave bench` writes and reads: values with the type, chunk shape and filters they are to
// have. It is made once, by stock HDF5, and kept in a temporary file for the processes that are
// measured. Called by bench_step_command. Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <string>
#include <vector>

#include "h5/unique_id.h"

namespace h5pave::cli {

struct Sample {
  UniqueId type;      ///< In the file.
  UniqueId creation;  ///< Creation property list: chunk shape, filters, fill value.
  std::vector<hsize_t> shape;
  std::vector<hsize_t> max_shape;  ///< H5S_UNLIMITED where unlimited.
  std::vector<std::byte> values;   ///< In memory_type(), row by row.
};

/// What a program holds in memory for values of `type`: the native type for numbers, else `type`.
UniqueId memory_type(hid_t type);

/// The sample's values, or part of a dataset, in bytes. Throws std::runtime_error past 16 EiB.
std::size_t bytes_of(const std::vector<hsize_t>& shape, std::size_t type_bytes);

struct ChosenSample {
  Sample sample;
  std::string path;         ///< Of the dataset.
  std::string description;  ///< Path, type, shape of the sample and of the dataset, chunk, filters.
  std::string note;         ///< Not empty: something worth knowing about it.
};

/// Takes the middle of a dataset of `file`, whole chunks, about `limit_bytes` (at least one chunk).
/// `path` names the dataset or a group; of several datasets the largest that h5pave can speed up is
/// taken. The file is only read. Throws std::runtime_error that says what is wrong, or why there is
/// nothing to gain.
ChosenSample sample_of_file(const std::string& file, const std::string& path,
                            std::size_t limit_bytes);

void save_sample(const Sample& sample, const std::string& path);

/// Whatever connector is active: the values are contiguous, which h5pave leaves to HDF5.
Sample load_sample(const std::string& path);

}  // namespace h5pave::cli
