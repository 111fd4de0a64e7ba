#include "dataset_lifecycle.h"

#include <stdexcept>

#include "coherence.h"
#include "extent_limit.h"
#include "forward.h"
#include "guard.h"
#include "mpi_pending.h"
#include "mpi_session.h"
#include "shared_dataset.h"

namespace h5pave {

namespace {

bool settle_for(Object& dataset, const H5VL_dataset_specific_args_t& args) {
  switch (args.op_type) {
    case H5VL_DATASET_SET_EXTENT:
      return commit_pending_in(dataset, H5I_DATASET) &&
             settle_for_extent(dataset, args.args.set_extent.size);
    case H5VL_DATASET_REFRESH:
      if (!settle_dataset(dataset, NativeAccess::kChange)) return false;
      if (dataset.shared != nullptr) forget_dataset(*dataset.shared);
      return true;
    default:
      return settle_dataset(dataset, NativeAccess::kObserve);
  }
}

}  // namespace

herr_t dataset_specific(void* dataset, H5VL_dataset_specific_args_t* args, hid_t dxpl_id,
                        void** request) noexcept {
  return guard<herr_t>("serve a dataset operation", -1, [&]() -> herr_t {
    Object* const known = as_object(dataset);
    if (!settle_for(*known, *args)) return -1;
    const bool outgrown = args->op_type == H5VL_DATASET_SET_EXTENT &&
                          outgrows_index(*known, args->args.set_extent.size);
    if (outgrown && !(settle_dataset(*known, NativeAccess::kChange) && can_replace_index(*known)))
      throw std::runtime_error(
          "its Extensible Array cannot number more than 2^32 chunks and cannot be replaced; create "
          "the dataset with H5PAVE_INDEX=btree1");
    if (args->op_type == H5VL_DATASET_SET_EXTENT) open_index_for_resize(*known);
    // A refresh may destroy `dataset`.
    const herr_t status =
        forward(known->context->under_class().dataset_cls.specific, known, args, dxpl_id, request);
    if (status >= 0 && outgrown) replace_outgrown_index(*known);
    return status;
  });
}

herr_t dataset_close(void* dataset, hid_t dxpl_id, void** request) noexcept {
  return guard<herr_t>("close a dataset", -1, [&]() -> herr_t {
    return Close<kDataset>::call_after(dataset, dxpl_id, request, settle_for_close);
  });
}

}  // namespace h5pave
