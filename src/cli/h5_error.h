// What libhdf5 says about a failed call, as text for a user. Called by info and doctor.
// Thread rule: the thread that called HDF5.
#pragma once

#include <stdexcept>
#include <string>

namespace h5pave::cli {

/// Keeps libhdf5 from printing its error stacks. To be called before a subcommand uses HDF5.
void silence_hdf5();

/// The innermost records of the error stack, e.g. "bad object header version number (in
/// H5O__chunk_deserialize)", and empties the stack. "no reason given" when it is empty.
std::string take_hdf5_error();

/// A call to libhdf5 failed; what() says what was tried and why it failed.
class Hdf5Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Hdf5Failure("cannot <attempt>: <error stack>") unless `succeeded`.
void require(bool succeeded, const std::string& attempt);

}  // namespace h5pave::cli
