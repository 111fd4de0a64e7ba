// Included by the compiler before a source that uses HDF5 without MPI, so that the headers of a
// parallel HDF5 do not ask for mpi.h.
#pragma once

#include <H5pubconf.h>
#undef H5_HAVE_PARALLEL
