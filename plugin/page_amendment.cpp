#include "page_amendment.h"

#include <string>
#include <string_view>

#include "guard.h"
#include "h5/error_stack.h"
#include "report/log.h"

namespace h5pave {

namespace {

/// The driver has memory of its own for each kind of data, or ranks: libhdf5 refuses pages there.
bool driver_takes_pages(hid_t fapl_id) {
  unsigned long features = 0;
  const hid_t driver_id = H5Pget_driver(fapl_id);
  return driver_id >= 0 && H5FDdriver_query(driver_id, &features) >= 0 &&
         (features & (H5FD_FEAT_PAGED_AGGR | H5FD_FEAT_HAS_MPI)) == 0;
}

/// True for a list that says nothing about file space.
bool has_default_strategy(hid_t fcpl_id) {
  H5F_fspace_strategy_t strategy = H5F_FSPACE_STRATEGY_NONE;
  hbool_t persists = true;
  hsize_t threshold = 0;
  hsize_t page = 0;
  constexpr hsize_t kLibraryPage = 4096;
  return H5Pget_file_space_strategy(fcpl_id, &strategy, &persists, &threshold) >= 0 &&
         H5Pget_file_space_page_size(fcpl_id, &page) >= 0 &&
         strategy == H5F_FSPACE_STRATEGY_FSM_AGGR && !persists && threshold == 1 &&
         page == kLibraryPage;
}

bool has_userblock(hid_t fcpl_id) {
  hsize_t bytes = 0;
  return H5Pget_userblock(fcpl_id, &bytes) < 0 || bytes != 0;
}

/// Why the program's list must stay; empty when nothing stands against pages.
std::string_view obstacle(const Context& context, const FileRequest& request) {
  if (!context.under_is_native()) return "page:connector_below_is_not_native";
  if (context.driver_is_mpi) return "page:mpi_file";
  if (context.options().compat == Compat::kV18) return "page:compat";
  if (!context.high_bound_is_modern()) return "page:file_bounds_old";
  if (!driver_takes_pages(request.fapl_id)) return "page:driver";
  if (!has_default_strategy(request.fcpl_id)) return "page:chosen_by_program";
  if (has_userblock(request.fcpl_id)) return "page:userblock";
  return {};
}

/// A new list; H5I_INVALID_HID when libhdf5 refuses.
hid_t paged_copy(hid_t fcpl_id, hsize_t page_bytes) {
  const hid_t copy = H5Pcopy(fcpl_id == H5P_DEFAULT ? H5P_FILE_CREATE_DEFAULT : fcpl_id);
  if (copy < 0) return H5I_INVALID_HID;
  if (H5Pset_file_space_strategy(copy, H5F_FSPACE_STRATEGY_PAGE, false, 1) >= 0 &&
      H5Pset_file_space_page_size(copy, page_bytes) >= 0)
    return copy;
  H5Pclose(copy);
  return H5I_INVALID_HID;
}

void count(const Context& context, std::string_view reason) {
  tell([&] {
    if (context.statistics() != nullptr) context.statistics()->add_pass_through(reason);
  });
}

}  // namespace

PagedList::PagedList(const Context& context, const FileRequest& request) {
  if (!context.options().page_bytes) return;
  const QuietErrors quiet;
  const std::string_view reason = obstacle(context, request);
  if (reason.empty()) copy_ = paged_copy(request.fcpl_id, *context.options().page_bytes);
  if (copy_ < 0) {
    H5Eclear2(H5E_DEFAULT);
    count(context, reason.empty() ? "page:refused_by_libhdf5" : reason);
    Log::write(context.options().log, LogLevel::kInfo,
               std::string(request.name) + ": no pages (" + std::string(reason) + ")");
  }
}

PagedList::~PagedList() {
  if (copy_ < 0) return;
  const SavedErrorStack saved;
  H5Pclose(copy_);
}

void tell_pages(const Context& context, const FileRequest& request) {
  tell([&] {
    if (context.statistics() != nullptr) context.statistics()->add_amendment("pages");
    Log::write(context.options().log, LogLevel::kInfo,
               std::string(request.name) + ": file space in pages of " +
                   std::to_string(*context.options().page_bytes) + " bytes: option page");
  });
}

void tell_pages_refused(const Context& context) { count(context, "page:refused_by_libhdf5"); }

}  // namespace h5pave
