// Which libhdf5 the modules of a Python interpreter bring. Called by doctor.
// Thread rule: main thread only.
#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"

namespace h5pave::cli {

struct PythonModule {
  std::string name;                    ///< h5py, netCDF4 or tables.
  std::vector<std::string> libraries;  ///< Paths with "libhdf5" that its import loaded.
  std::string error;                   ///< Why it is there but cannot be imported; mostly empty.
};

/// Imports each module in one process of `python`, stock HDF5. Modules that are not installed are
/// left out.
std::vector<PythonModule> hdf5_modules_of(const std::string& python,
                                          const Environment& environment);

/// True for an interpreter, and for a script whose first line names one.
bool is_python_program(const std::string& path);

/// The interpreter of a Python program: itself, or the one that its first line names.
std::string interpreter_of(const std::string& path, const Environment& environment);

/// True when the bytes of `text` occur in the file.
bool holds_text(const std::string& path, const std::string& text);

}  // namespace h5pave::cli
