#include "chunk_queries.h"

#include <H5VLnative.h>

#include "chunk_io.h"
#include "coherence.h"
#include "forward.h"
#include "guard.h"
#include "index_amendment.h"
#include "mpi_pending.h"
#include "object.h"
#include "process.h"
#include "under_class.h"

namespace h5pave {

namespace {

// A Single Chunk has no place in the file until libhdf5 flushes it from its chunk cache. Up to then
// libhdf5 (1.14.5, 2.0.0) tells a storage size of 0, and H5Dget_chunk_storage_size() succeeds
// without setting its result, with which h5py's read_direct_chunk() crashes. A v1 B-tree has its
// place from the start: a program that works with it must work with a Single Chunk.

/// Has libhdf5 put the cached chunk of a Single Chunk dataset into the file. False for any other
/// dataset, and when there is no such chunk.
bool place_cached_single_chunk(const Object& dataset) {
  if (actual_index(dataset.under, *dataset.context) != IndexKind::kSingle) return false;
  const SavedErrorStack saved;
  hsize_t chunks = 0;
  H5VL_native_dataset_optional_args_t native_args{};
  native_args.get_num_chunks.space_id = H5S_ALL;
  native_args.get_num_chunks.nchunks = &chunks;
  // Counting writes out what is cached first.
  H5VL_optional_args_t args{H5VL_NATIVE_DATASET_GET_NUM_CHUNKS, &native_args};
  return ask_slot(dataset.context->under_class().dataset_cls.optional, dataset.under, &args,
                  H5P_DATASET_XFER_DEFAULT, nullptr) >= 0 &&
         chunks > 0;
}

/// Where H5Dget_chunk_storage_size() puts its result; null for any other operation.
hsize_t* chunk_storage_size(const Object& dataset, const H5VL_optional_args_t& args) {
  if (!dataset.context->under_is_native() ||
      args.op_type != H5VL_NATIVE_DATASET_GET_CHUNK_STORAGE_SIZE)
    return nullptr;
  return static_cast<H5VL_native_dataset_optional_args_t*>(args.args)->get_chunk_storage_size.size;
}

/// True for questions whose answer depends on the stored chunks.
bool observes_chunks(const H5VL_dataset_get_args_t& args) {
  return args.op_type == H5VL_DATASET_GET_STORAGE_SIZE ||
         args.op_type == H5VL_DATASET_GET_SPACE_STATUS;
}

}  // namespace

herr_t dataset_get(void* dataset, H5VL_dataset_get_args_t* args, hid_t dxpl_id,
                   void** request) noexcept {
  return guard<herr_t>("tell about a dataset", -1, [&]() -> herr_t {
    Object* const known = as_object(dataset);
    if (observes_chunks(*args) && !settle_dataset(*known, NativeAccess::kObserve)) return -1;
    const auto get = known->context->under_class().dataset_cls.get;
    const herr_t status = forward(get, known, args, dxpl_id, request);
    const bool nothing_stored = status >= 0 && args->op_type == H5VL_DATASET_GET_STORAGE_SIZE &&
                                *args->args.get_storage_size.storage_size == 0;
    if (!nothing_stored || !place_cached_single_chunk(*known)) return status;
    return forward(get, known, args, dxpl_id, request);
  });
}

herr_t dataset_optional(void* dataset, H5VL_optional_args_t* args, hid_t dxpl_id,
                        void** request) noexcept {
  return guard<herr_t>("serve an optional dataset operation", -1, [&]() -> herr_t {
    Object* const known = as_object(dataset);
    if (known->context->under_is_native())
      Process::get().changed_shapes().check(*known, args->op_type, args->args);
    if (!settle_dataset(*known, NativeAccess::kChange)) return -1;
    if (known->context->under_is_native()) note_raw_chunk_write(args->op_type, args->args);
    const bool writes_chunk =
        known->context->under_is_native() && args->op_type == H5VL_NATIVE_DATASET_CHUNK_WRITE;
    if (writes_chunk && !commit_pending_in(*known, H5I_DATASET)) return -1;
    const auto optional = known->context->under_class().dataset_cls.optional;
    hsize_t* const size = chunk_storage_size(*known, *args);
    if (size != nullptr) *size = 0;
    const herr_t status = forward(optional, known, args, dxpl_id, request);
    if (status < 0 || size == nullptr || *size != 0 || !place_cached_single_chunk(*known))
      return status;
    return forward(optional, known, args, dxpl_id, request);
  });
}

}  // namespace h5pave
