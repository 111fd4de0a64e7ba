// The dataset callbacks that read and write elements. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

namespace h5pave {

herr_t dataset_read(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                    hid_t file_space_ids[], hid_t dxpl_id, void* buffers[],
                    void** request) noexcept;
herr_t dataset_write(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                     hid_t file_space_ids[], hid_t dxpl_id, const void* buffers[],
                     void** request) noexcept;

}  // namespace h5pave
