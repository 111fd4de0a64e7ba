#include "filter_amendment.h"

#include <array>

#include "advisor/saturating.h"
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

/// Decoded bytes of a chunk of the list; saturates.
std::uint64_t chunk_bytes(hid_t dcpl_id, std::uint64_t element_bytes) {
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(dcpl_id, H5S_MAX_RANK, chunk.data());
  std::uint64_t bytes = element_bytes;
  for (int d = 0; d < rank; ++d) bytes = saturating_product(bytes, chunk[static_cast<unsigned>(d)]);
  return bytes;
}

void read_filters(hid_t dcpl_id, FilterQuestion& question) {
  const int count = H5Pget_nfilters(dcpl_id);
  question.has_filters = count != 0;
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    unsigned config = 0;
    std::size_t values = 0;
    if (H5Pget_filter2(dcpl_id, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr,
                       &config) == H5Z_FILTER_FLETCHER32)
      question.has_checksum = true;
  }
}

/// The parts of the question that only chunked storage has.
void read_chunked(hid_t type_id, hid_t dcpl_id, FilterQuestion& question) {
  H5D_alloc_time_t allocation = H5D_ALLOC_TIME_EARLY;
  unsigned edges = H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
  question.type_is_plain = is_plain(type_id);
  question.element_bytes = H5Tget_size(type_id);
  question.chunk_bytes = chunk_bytes(dcpl_id, question.element_bytes);
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
