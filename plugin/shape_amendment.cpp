#include "shape_amendment.h"

#include <algorithm>
#include <array>

#include "creation_list.h"
#include "h5/error_stack.h"
#include "mpi_files.h"
#include "plain_type.h"

namespace h5pave {

namespace {

/// Filters whose parameters do not depend on the chunk shape, or are made by libhdf5 at the create
/// (set_local): deflate, shuffle, fletcher32, n-bit, LZF, Blosc, LZ4, bitshuffle, Zstandard. Not
/// scale-offset: what it rounds away depends on the least value of each chunk.
constexpr std::array<H5Z_filter_t, 9> kShapelessFilters{1,     2,     3,     5,    32000,
                                                        32001, 32004, 32008, 32015};

bool may_reshape_in(const Context& context) {
  // Ranks of an MPI file compare what they chose: they must be able to.
  return context.options().may_change_chunks() && context.under_is_native() && !context.swmr &&
         (!context.driver_is_mpi || !context.mpi_file.expired());
}

/// How many ranks write the datasets of the file together.
std::uint64_t ranks_of(const Context& context) {
  const auto file = context.mpi_file.lock();
  return file == nullptr ? 1 : static_cast<std::uint64_t>(file->agreement->ranks().size());
}

/// Extent and maximum; nothing for scalar and null dataspaces.
std::optional<ChunkedShape> simple_shape(hid_t type_id, hid_t space_id) {
  ChunkedShape shape;
  shape.element_bytes = H5Tget_size(type_id);
  if (!read_extent(space_id, shape) || shape.element_bytes == 0 || !is_plain(type_id)) return {};
  return shape;
}

/// True when all filters of the list go with any shape; counts them in `filters`.
bool filters_are_shapeless(hid_t dcpl_id, Filters& filters) {
  const auto list = filters_of(dcpl_id);
  if (!list) return false;
  filters = list->empty() ? Filters::kNone : Filters::kSome;
  return std::ranges::all_of(
      *list, [](H5Z_filter_t id) { return std::ranges::count(kShapelessFilters, id) > 0; });
}

bool contiguous_may_be_chunked(hid_t dcpl_id, const ShapeQuestion& question) {
  H5D_alloc_time_t allocation = H5D_ALLOC_TIME_ERROR;
  return question.filters == Filters::kNone && question.shape.extent == question.shape.max_extent &&
         H5Pget_external_count(dcpl_id) == 0 && H5Pget_alloc_time(dcpl_id, &allocation) >= 0 &&
         allocation == H5D_ALLOC_TIME_LATE;
}

bool read_chunk(hid_t dcpl_id, ChunkedShape& shape) {
  unsigned options = 0;
  shape.chunk = chunk_of(dcpl_id);
  if (shape.chunk.size() != shape.extent.size()) return false;
  // Setting a shape drops the options that say how edge chunks are stored.
  if (H5Pget_chunk_opts(dcpl_id, &options) < 0 || options != 0) return false;
  return std::find(shape.chunk.begin(), shape.chunk.end(), 0U) == shape.chunk.end();
}

bool read_storage(hid_t dcpl_id, ShapeQuestion& question) {
  if (!filters_are_shapeless(dcpl_id, question.filters)) return false;
  switch (H5Pget_layout(dcpl_id)) {
    case H5D_CONTIGUOUS:
      return contiguous_may_be_chunked(dcpl_id, question);
    case H5D_CHUNKED:
      return read_chunk(dcpl_id, question.shape);
    default:
      return false;
  }
}

}  // namespace

std::optional<ShapeQuestion> shape_question(const Context& context, std::string_view path,
                                            hid_t type_id, hid_t space_id, hid_t dcpl_id) {
  if (!may_reshape_in(context)) return {};
  const Options& options = context.options();
  ShapeQuestion question;
  question.policy = options.chunk_for(path);
  if (question.policy == ShapePolicy::kKeep) return {};
  const QuietErrors quiet;
  auto shape = simple_shape(type_id, space_id);
  if (shape) question.shape = *std::move(shape);
  const bool readable = shape.has_value() && read_storage(dcpl_id, question);
  H5Eclear2(H5E_DEFAULT);
  if (!readable) return {};
  // Ranks write contiguous datasets by themselves, wherever they like.
  if (context.driver_is_mpi && question.shape.chunk.empty()) return {};
  question.access = options.access;
  question.target_bytes = options.chunk_target;
  question.ranks = ranks_of(context);
  question.storage = usual_storage(question.ranks);
  return question;
}

ReshapedList::ReshapedList(hid_t dcpl_id, const ChunkShape& chunk) : copy_(H5Pcopy(dcpl_id)) {
  if (copy_ >= 0 && H5Pset_chunk(copy_, static_cast<int>(chunk.size()), chunk.data()) >= 0) return;
  if (copy_ >= 0) H5Pclose(copy_);
  copy_ = H5I_INVALID_HID;
  H5Eclear2(H5E_DEFAULT);
}

ReshapedList::~ReshapedList() {
  if (copy_ < 0) return;
  const SavedErrorStack saved;
  H5Pclose(copy_);
}

}  // namespace h5pave
