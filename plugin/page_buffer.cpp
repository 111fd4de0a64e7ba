#include "page_buffer.h"

#include <algorithm>

#include "guard.h"
#include "h5/error_stack.h"
#include "h5/unique_id.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// Metadata of one file: a small part of the memory of option `mem`.
std::size_t buffer_bytes(const Context& context) {
  constexpr std::size_t kMost = std::size_t{16} << 20;
  return std::min(context.options().memory_bytes / 16, kMost);
}

bool has_page_buffer(hid_t fapl_id) {
  std::size_t bytes = 0;
  unsigned metadata = 0;
  unsigned raw = 0;
  return H5Pget_page_buffer_size(fapl_id, &bytes, &metadata, &raw) < 0 || bytes != 0;
}

/// The creation list of an open file.
UniqueId creation_list(const Context& context, void* under) {
  H5VL_file_get_args_t args{};
  args.op_type = H5VL_FILE_GET_FCPL;
  args.args.get_fcpl.fcpl_id = H5I_INVALID_HID;
  if (ask_slot(context.under_class().file_cls.get, under, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return {};
  return {args.args.get_fcpl.fcpl_id, H5Pclose};
}

}  // namespace

PageBufferList::PageBufferList(const Context& context, unsigned flags, hid_t fapl_id) {
  // All of the buffer is for metadata: raw data would be read by the page, too.
  constexpr unsigned kMetadataPercent = 100;
  if (context.options().cache != CachePolicy::kAuto || !context.under_is_native() ||
      context.driver_is_mpi || flags != H5F_ACC_RDONLY)
    return;
  const QuietErrors quiet;
  if (!has_page_buffer(fapl_id)) copy_ = H5Pcopy(fapl_id);
  if (copy_ >= 0 &&
      H5Pset_page_buffer_size(copy_, buffer_bytes(context), kMetadataPercent, 0) < 0) {
    H5Pclose(copy_);
    copy_ = H5I_INVALID_HID;
  }
  if (copy_ < 0) H5Eclear2(H5E_DEFAULT);
}

PageBufferList::~PageBufferList() {
  if (copy_ < 0) return;
  const SavedErrorStack saved;
  H5Pclose(copy_);
}

PageFit page_fit(const Context& context, void* under) {
  const SavedErrorStack saved;
  const QuietErrors quiet;
  H5F_fspace_strategy_t strategy = H5F_FSPACE_STRATEGY_NONE;
  hbool_t persists = false;
  hsize_t threshold = 0;
  hsize_t page = 0;
  const UniqueId list = creation_list(context, under);
  if (!list.is_open() ||
      H5Pget_file_space_strategy(list.get(), &strategy, &persists, &threshold) < 0 ||
      H5Pget_file_space_page_size(list.get(), &page) < 0)
    return PageFit::kTooLarge;  // It may be anything.
  if (strategy != H5F_FSPACE_STRATEGY_PAGE) return PageFit::kNoPages;
  return page <= buffer_bytes(context) ? PageFit::kFits : PageFit::kTooLarge;
}

void close_native_file(const Context& context, void* under) {
  ask_slot(context.under_class().file_cls.close, under,
           static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr);
}

void tell_page_buffer(const Context& context) {
  tell([&] {
    if (context.statistics() != nullptr) context.statistics()->add_amendment("page_buffer");
  });
}

}  // namespace h5pave
