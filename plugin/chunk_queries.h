// The dataset callbacks that answer questions about stored chunks, where libhdf5 answers wrongly
// for the Single Chunk index. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

namespace h5pave {

herr_t dataset_get(void* dataset, H5VL_dataset_get_args_t* args, hid_t dxpl_id,
                   void** request) noexcept;
herr_t dataset_optional(void* dataset, H5VL_optional_args_t* args, hid_t dxpl_id,
                        void** request) noexcept;

}  // namespace h5pave
