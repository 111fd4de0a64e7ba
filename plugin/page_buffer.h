// Option `cache` for files in pages: one that is opened for reading only gets a page buffer, so
// that its metadata is read page by page and not piece by piece. Raw data goes past it.
//
// Called by file_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include "object.h"

namespace h5pave {

/// A copy of a file access list with a page buffer for metadata. Invalid where the option does not
/// ask for it, the file is opened for writing, or the program set one.
class PageBufferList {
 public:
  PageBufferList(const Context& context, unsigned flags, hid_t fapl_id);
  PageBufferList(const PageBufferList&) = delete;
  PageBufferList& operator=(const PageBufferList&) = delete;
  ~PageBufferList();

  bool valid() const { return copy_ >= 0; }
  hid_t id() const { return copy_; }

 private:
  hid_t copy_ = H5I_INVALID_HID;
};

enum class PageFit {
  kNoPages,  ///< libhdf5 left the buffer out.
  kFits,
  kTooLarge,  ///< libhdf5 made the buffer as large as a page, which is more than was asked for.
};

/// Of the open native file `under`.
PageFit page_fit(const Context& context, void* under);

void close_native_file(const Context& context, void* under);
void tell_page_buffer(const Context& context);

/// Opens the file with `open(list)`, with a page buffer where that is of use.
template <typename Open>
void* open_with_page_buffer(const Context& context, unsigned flags, hid_t fapl_id, Open&& open) {
  const PageBufferList list(context, flags, fapl_id);
  if (!list.valid()) return open(fapl_id);
  void* const under = open(list.id());
  if (under == nullptr) {  // Releases before 1.14.4 refuse a buffer for a file without pages.
    H5Eclear2(H5E_DEFAULT);
    return open(fapl_id);
  }
  const PageFit fit = page_fit(context, under);
  if (fit == PageFit::kFits) tell_page_buffer(context);
  if (fit != PageFit::kTooLarge) return under;
  close_native_file(context, under);
  return open(fapl_id);
}

}  // namespace h5pave
