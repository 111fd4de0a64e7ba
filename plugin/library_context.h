// libhdf5 remembers what it looked up of a call's transfer list for the rest of that call. What we
// ask of the connector below with a list of our own, in the middle of the program's call, would
// decide for the program's own list: a collective transfer would go on as an independent one. So
// such questions run in a call context of their own.
//
// And in calls that change metadata of an MPI file libhdf5 reads metadata with all ranks together:
// a question of one rank would hang.
//
// Called around calls of the connector below on MPI files. Thread rule: the thread that called
// HDF5.
#pragma once

#include <optional>

#include "object.h"

namespace h5pave {

class LibraryContext {
 public:
  /// Throws std::runtime_error when libhdf5 gives no context.
  LibraryContext();
  LibraryContext(const LibraryContext&) = delete;
  LibraryContext& operator=(const LibraryContext&) = delete;
  ~LibraryContext();

 private:
  void* context_ = nullptr;
};

/// One where it is needed: for questions about objects of MPI files.
class ApartFromCall {
 public:
  explicit ApartFromCall(const Object& object) {
    if (object.context->driver_is_mpi) context_.emplace();
  }

 private:
  std::optional<LibraryContext> context_;
};

}  // namespace h5pave
