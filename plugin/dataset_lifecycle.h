// The dataset callbacks that change, flush, refresh or close a dataset of which h5pave may hold
// chunks. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

namespace h5pave {

herr_t dataset_specific(void* dataset, H5VL_dataset_specific_args_t* args, hid_t dxpl_id,
                        void** request) noexcept;
herr_t dataset_close(void* dataset, hid_t dxpl_id, void** request) noexcept;

}  // namespace h5pave
