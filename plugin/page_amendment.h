// Option `page`: new files in pages (H5F_FSPACE_STRATEGY_PAGE), so that metadata lies together.
//
// Called by file_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "object.h"

namespace h5pave {

/// What a file is created with.
struct FileRequest {
  const char* name;
  unsigned flags;
  hid_t fcpl_id;
  hid_t fapl_id;
};

/// A copy of a file creation list that asks for pages. Invalid where the option is not set or the
/// program's list must stay; statistics and log are told why.
class PagedList {
 public:
  PagedList(const Context& context, const FileRequest& request);
  PagedList(const PagedList&) = delete;
  PagedList& operator=(const PagedList&) = delete;
  ~PagedList();

  bool valid() const { return copy_ >= 0; }
  hid_t id() const { return copy_; }

 private:
  hid_t copy_ = H5I_INVALID_HID;
};

void tell_pages(const Context& context, const FileRequest& request);
void tell_pages_refused(const Context& context);

/// Creates the file with `create(list)`, in pages where the option asks for them. With the
/// program's own list when libhdf5 refuses, unless the file must not exist before: a second try
/// would meet what is left of the first.
template <typename Create>
void* create_in_pages(const Context& context, const FileRequest& request, Create&& create) {
  const PagedList list(context, request);
  if (!list.valid()) return create(request.fcpl_id);
  void* const paged = create(list.id());
  if (paged != nullptr) tell_pages(context, request);
  if (paged != nullptr || (request.flags & H5F_ACC_TRUNC) == 0) return paged;
  H5Eclear2(H5E_DEFAULT);
  void* const plain = create(request.fcpl_id);
  if (plain != nullptr) tell_pages_refused(context);
  return plain;
}

}  // namespace h5pave
