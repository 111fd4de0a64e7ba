#include "extent_limit.h"

#include <H5VLnative.h>

#include <array>
#include <string>

#include "advisor/index_size.h"
#include "dataset_names.h"
#include "h5/error_stack.h"
#include "h5/unique_id.h"
#include "index_amendment.h"
#include "report/log.h"
#include "under_class.h"

namespace h5pave {

namespace {

using Extents = std::array<hsize_t, H5S_MAX_RANK>;

bool ask_native(const Object& dataset, H5VL_dataset_get_args_t& question) {
  return ask_slot(dataset.context->under_class().dataset_cls.get, dataset.under, &question,
                  static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) >= 0;
}

bool run_native(const Object& dataset, int operation, H5VL_native_dataset_optional_args_t& native) {
  H5VL_optional_args_t args{operation, &native};
  return ask_slot(dataset.context->under_class().dataset_cls.optional, dataset.under, &args,
                  static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) >= 0;
}

UniqueId creation_list(const Object& dataset) {
  H5VL_dataset_get_args_t question{};
  question.op_type = H5VL_DATASET_GET_DCPL;
  if (!ask_native(dataset, question)) return {};
  return {question.args.get_dcpl.dcpl_id, H5Pclose};
}

UniqueId dataspace(const Object& dataset) {
  H5VL_dataset_get_args_t question{};
  question.op_type = H5VL_DATASET_GET_SPACE;
  if (!ask_native(dataset, question)) return {};
  return {question.args.get_space.space_id, H5Sclose};
}

/// Maximum extent and chunk of `dataset`; no chunk when it cannot be told or when chunk options,
/// with which stock HDF5 chooses a modern index itself, are set.
ChunkedShape growing_shape(const Object& dataset) {
  const UniqueId list = creation_list(dataset);
  const UniqueId space = dataspace(dataset);
  if (!list.is_open() || !space.is_open()) return {};
  Extents chunk{};
  Extents maximum{};
  unsigned options = 0;
  const int rank = H5Pget_chunk(list.get(), H5S_MAX_RANK, chunk.data());
  if (rank <= 0 || H5Pget_chunk_opts(list.get(), &options) < 0 || options != 0 ||
      H5Sget_simple_extent_ndims(space.get()) != rank ||
      H5Sget_simple_extent_dims(space.get(), nullptr, maximum.data()) != rank)
    return {};
  ChunkedShape shape;
  shape.chunk.assign(chunk.begin(), chunk.begin() + rank);
  shape.max_extent.assign(maximum.begin(), maximum.begin() + rank);
  return shape;
}

/// True when the program's own choice is no modern index, and the index is an Extensible Array.
bool has_array_of_ours(const Object& dataset) {
  const Context& context = *dataset.context;
  return context.under_is_native() && !context.low_bound_is_modern &&
         actual_index(dataset.under, context) == IndexKind::kExtensibleArray;
}

ExtentLimit limit_of(const Object& dataset) {
  if (!has_array_of_ours(dataset)) return {};
  const ChunkedShape shape = growing_shape(dataset);
  return unlimited_count(shape) == 1 ? extensible_array_limit(shape) : ExtentLimit{};
}

/// Counting writes cached chunks out first.
bool has_no_chunk(const Object& dataset) {
  hsize_t chunks = 1;
  H5VL_native_dataset_optional_args_t question{};
  question.get_num_chunks.space_id = H5S_ALL;
  question.get_num_chunks.nchunks = &chunks;
  return run_native(dataset, H5VL_NATIVE_DATASET_GET_NUM_CHUNKS, question) && chunks == 0;
}

bool convert_to_btree1(const Object& dataset) {
  H5VL_native_dataset_optional_args_t nothing{};
  return run_native(dataset, H5VL_NATIVE_DATASET_FORMAT_CONVERT, nothing);
}

void tell(const Object& dataset, bool converted) {
  const Context& context = *dataset.context;
  if (Statistics* const statistics = context.statistics(); statistics != nullptr)
    statistics->add_pass_through(converted ? "extensible_array_outgrown"
                                           : "extensible_array_outgrown_and_kept");
  const LogLevel level = converted ? LogLevel::kInfo : LogLevel::kWarn;
  if (context.options().log < level) return;
  const DatasetName name = name_of(context.under_class(), dataset.under, H5I_DATASET);
  const std::string what = name.file + " " + name.path + ": grown past 2^32 chunks, ";
  Log::write(context.options().log, level,
             what + (converted ? "index Extensible Array -> v1 B-tree"
                               : "which its Extensible Array cannot number: what is written beyond "
                                 "them is lost; create it with H5PAVE_INDEX=btree1"));
}

}  // namespace

bool lists_chunks_rightly(const Object& dataset) {
  const auto index = actual_index(dataset.under, *dataset.context);
  if (!index) return false;
  if (*index != IndexKind::kExtensibleArray) return true;
  const ChunkedShape shape = growing_shape(dataset);
  return unlimited_count(shape) == 1 && extensible_array_converts(shape);
}

bool outgrows_index(Object& dataset, const hsize_t* extent) {
  if (dataset.extent_limit && !is_beyond(*dataset.extent_limit, extent)) return false;
  const SavedErrorStack saved;
  if (!dataset.extent_limit) dataset.extent_limit = limit_of(dataset);
  if (!is_beyond(*dataset.extent_limit, extent)) return false;
  // libhdf5 names the old index until the last handle is closed: only the resize that crosses the
  // limit tells a dataset that is yet to be converted from one that was.
  const UniqueId space = dataspace(dataset);
  Extents now{};
  return space.is_open() && H5Sget_simple_extent_dims(space.get(), now.data(), nullptr) > 0 &&
         !is_beyond(*dataset.extent_limit, now.data());
}

bool can_replace_index(const Object& dataset) {
  const SavedErrorStack saved;
  const ChunkedShape shape = growing_shape(dataset);
  return !dataset.context->swmr && unlimited_count(shape) == 1 &&
         (extensible_array_converts(shape) || has_no_chunk(dataset));
}

void replace_outgrown_index(const Object& dataset) {
  const SavedErrorStack saved;
  tell(dataset, convert_to_btree1(dataset));
}

}  // namespace h5pave
