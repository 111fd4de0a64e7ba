// The callbacks that create and open datasets. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

namespace h5pave {

void* dataset_create(void* parent, const H5VL_loc_params_t* location, const char* name,
                     hid_t lcpl_id, hid_t type_id, hid_t space_id, hid_t dcpl_id, hid_t dapl_id,
                     hid_t dxpl_id, void** request) noexcept;
void* dataset_open(void* parent, const H5VL_loc_params_t* location, const char* name, hid_t dapl_id,
                   hid_t dxpl_id, void** request) noexcept;

}  // namespace h5pave
