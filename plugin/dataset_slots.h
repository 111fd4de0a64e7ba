// The dataset callbacks that need more than forwarding. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

namespace h5pave {

void* dataset_create(void* parent, const H5VL_loc_params_t* location, const char* name,
                     hid_t lcpl_id, hid_t type_id, hid_t space_id, hid_t dcpl_id, hid_t dapl_id,
                     hid_t dxpl_id, void** request) noexcept;
void* dataset_open(void* parent, const H5VL_loc_params_t* location, const char* name, hid_t dapl_id,
                   hid_t dxpl_id, void** request) noexcept;
herr_t dataset_read(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                    hid_t file_space_ids[], hid_t dxpl_id, void* buffers[],
                    void** request) noexcept;
herr_t dataset_write(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                     hid_t file_space_ids[], hid_t dxpl_id, const void* buffers[],
                     void** request) noexcept;
herr_t dataset_specific(void* dataset, H5VL_dataset_specific_args_t* args, hid_t dxpl_id,
                        void** request) noexcept;

}  // namespace h5pave
