// The image of a file (H5Fget_file_image) whose superblock has a checksum, as files in pages have.
//
// Called by file_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

namespace h5pave {

/// libhdf5 up to 1.14.6 clears the superblock's "open for writing" flag in the image and leaves the
/// checksum as it was, so that it refuses its own image of a file with superblock version 2 or 3
/// (2.0.0 does not). Puts the right checksum there. `arguments` are the native connector's of a
/// successful H5VL_NATIVE_FILE_GET_FILE_IMAGE.
void repair_file_image(const void* arguments);

}  // namespace h5pave
