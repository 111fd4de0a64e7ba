#include "filter_amendment.h"

#include <algorithm>

#include "creation_list.h"
#include "h5/error_stack.h"
#include "plain_type.h"

namespace h5pave {

namespace {

StorageKind storage_of(hid_t dcpl_id) {
  if (dcpl_id == H5P_DATASET_CREATE_DEFAULT) return StorageKind::kContiguous;
  switch (H5Pget_layout(dcpl_id)) {
    case H5D_CHUNKED:
      return StorageKind::kChunked;
    case H5D_CONTIGUOUS:
      return StorageKind::kContiguous;
    default:
      return StorageKind::kOther;
  }
}

void read_filters(hid_t dcpl_id, FilterQuestion& question) {
  const auto filters = filters_of(dcpl_id);
  question.has_filters = !filters || !filters->empty();
  question.has_checksum = filters && std::ranges::count(*filters, H5Z_FILTER_FLETCHER32) > 0;
}

/// The parts of the question that only chunked storage has.
void read_chunked(hid_t type_id, hid_t dcpl_id, FilterQuestion& question) {
  H5D_alloc_time_t allocation = H5D_ALLOC_TIME_EARLY;
  unsigned edges = H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
  question.type_is_plain = is_plain(type_id);
  question.element_bytes = H5Tget_size(type_id);
  question.chunk_bytes = shape_bytes(chunk_of(dcpl_id), question.element_bytes);
  question.allocated_early =
      H5Pget_alloc_time(dcpl_id, &allocation) < 0 || allocation == H5D_ALLOC_TIME_EARLY;
  question.edges_unfiltered = H5Pget_chunk_opts(dcpl_id, &edges) < 0 || edges != 0;
  read_filters(dcpl_id, question);
}

bool add_filter(hid_t dcpl_id, const FilterStep& step) {
  switch (step.kind) {
    case FilterStep::Kind::kShuffle:
      return H5Pset_shuffle(dcpl_id) >= 0;
    case FilterStep::Kind::kDeflate:
      return H5Pset_deflate(dcpl_id, step.parameter) >= 0;
    case FilterStep::Kind::kFletcher32:
      return H5Pset_fletcher32(dcpl_id) >= 0;
  }
  return false;
}

bool add_filters(hid_t dcpl_id, const FilterSteps& added) {
  for (const FilterStep& step : added) {
    if (!add_filter(dcpl_id, step)) return false;
  }
  return true;
}

}  // namespace

FilterQuestion filter_question(const Context& context, std::string_view path, hid_t type_id,
                               hid_t dcpl_id) {
  FilterQuestion question;
  question.request = context.options().filter_for(path);
  question.checksum = context.options().checksum;
  question.file_is_shared = context.driver_is_mpi;
  question.swmr = context.swmr;
  question.storage = storage_of(dcpl_id);
  if (question.storage != StorageKind::kChunked) return question;
  const QuietErrors quiet;
  read_chunked(type_id, dcpl_id, question);
  H5Eclear2(H5E_DEFAULT);
  return question;
}

FilteredList::FilteredList(hid_t dcpl_id, const FilterSteps& added) {
  constexpr int kMaskBits = 32;
  const QuietErrors quiet;
  const int own = H5Pget_nfilters(dcpl_id);
  const int count = own + static_cast<int>(added.size());
  if (own >= 0 && count <= kMaskBits) copy_ = H5Pcopy(dcpl_id);
  if (copy_ >= 0 && add_filters(copy_, added) && H5Pget_nfilters(copy_) == count) {
    for (int bit = own; bit < count; ++bit) added_bits_ |= std::uint32_t{1} << bit;
    return;
  }
  if (copy_ >= 0) H5Pclose(copy_);
  copy_ = H5I_INVALID_HID;
  H5Eclear2(H5E_DEFAULT);
}

FilteredList::~FilteredList() {
  if (copy_ < 0) return;
  const SavedErrorStack saved;
  H5Pclose(copy_);
}

}  // namespace h5pave
