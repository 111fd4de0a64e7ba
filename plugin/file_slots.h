// The file callbacks that need more than forwarding. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

namespace h5pave {

void* file_create(const char* name, unsigned flags, hid_t fcpl_id, hid_t fapl_id, hid_t dxpl_id,
                  void** request) noexcept;
void* file_open(const char* name, unsigned flags, hid_t fapl_id, hid_t dxpl_id,
                void** request) noexcept;
herr_t file_specific(void* file, H5VL_file_specific_args_t* args, hid_t dxpl_id,
                     void** request) noexcept;
herr_t file_optional(void* file, H5VL_optional_args_t* args, hid_t dxpl_id,
                     void** request) noexcept;
herr_t file_close(void* file, hid_t dxpl_id, void** request) noexcept;

}  // namespace h5pave
