// Names of datasets and files, asked of the connector below; only wanted for rules, log and
// statistics. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <string>

namespace h5pave {

/// Where a dataset lives, for people.
struct DatasetName {
  std::string file;  ///< As given when the file was opened.
  std::string path;  ///< Absolute path in the file; empty for an anonymous dataset.
};

/// The name of the object `under` of type `type`; empty parts where HDF5 knows none. Leaves the
/// error stack as it was.
DatasetName name_of(const H5VL_class_t& connector, void* under, H5I_type_t type);

/// The name that a dataset created as `name` (null: anonymous) below `parent` will have.
DatasetName name_below(const H5VL_class_t& connector, void* parent, H5I_type_t parent_type,
                       const char* name);

}  // namespace h5pave
