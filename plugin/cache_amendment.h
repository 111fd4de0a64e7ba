// Option `cache`: gives libhdf5's chunk cache of a dataset the size that fits its chunks, where
// native HDF5 moves them (h5pave's own cache holds the others) and nobody chose a size.
//
// Called by dataset_slots.cpp. Thread rule: the thread that called HDF5.
#pragma once

#include <hdf5.h>

#include <functional>
#include <optional>

#include "advisor/cache_rules.h"
#include "cache_grant.h"
#include "native_dataset.h"
#include "object.h"

namespace h5pave {

/// True when chunk caches of datasets in this file may be enlarged.
bool may_enlarge_caches(const Context& context);

/// An access list whose chunk cache has another size. Invalid where the program's list stays: it
/// chose a size, the cache fits, or too much memory is given out already.
class EnlargedCache {
 public:
  /// For a dataset about to be created.
  EnlargedCache(const Context& context, hid_t type_id, const ChunkedShape& shape, hid_t dcpl_id,
                hid_t dapl_id);

  /// For the open native dataset `under`, to be opened again with this list.
  EnlargedCache(const Context& context, void* under, hid_t dapl_id);

  EnlargedCache(const EnlargedCache&) = delete;
  EnlargedCache& operator=(const EnlargedCache&) = delete;
  ~EnlargedCache();

  bool valid() const { return copy_ >= 0; }
  hid_t id() const { return copy_; }

  /// Takes note that the native dataset `under` has the cache now; the grant is to live as long as
  /// its handle.
  CacheGrant use(const Context& context, void* under) noexcept;

 private:
  void enlarge(const Context& context, hid_t type_id, const ChunkedShape& shape, hid_t dcpl_id,
               hid_t dapl_id);

  hid_t copy_ = H5I_INVALID_HID;
  CacheSize size_;
  CacheGrant grant_;
};

/// How to open a native dataset again: with an access list, or just as the program did.
struct WaysToOpen {
  std::function<void*(hid_t dapl_id)> with_list;
  std::function<void*()> as_before;
};

/// The open native dataset, or the same one opened again with a larger chunk cache: only of an open
/// dataset the chunks are known. Not open when it could not be opened again as before. Requires
/// may_enlarge_caches(context).
NativeDataset with_fitting_cache(const Context& context, NativeDataset opened, hid_t dapl_id,
                                 const WaysToOpen& ways, CacheGrant& grant);

/// The same for one that was opened by H5Oopen, which has no access list, through the object
/// `parent` of type `parent_type`: by its path.
NativeDataset with_fitting_cache(const Object& parent, H5I_type_t parent_type, NativeDataset opened,
                                 const std::function<void*()>& as_before, CacheGrant& grant);

}  // namespace h5pave
