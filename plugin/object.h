// What a VOL object is for us: the object of the connector below, with the context of the file it
// came from. libhdf5 holds these as void*.
//
// Called by every slot. Thread rule: as libhdf5's callbacks, which libhdf5's own lock keeps one
// after the other; two threads may hold objects of one file.
#pragma once

#include <hdf5.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>

#include "advisor/index_size.h"
#include "cache_grant.h"
#include "config/options.h"
#include "reference_count.h"
#include "report/statistics.h"

namespace h5pave {

class AccessRecorder;
class AccessTrack;
class Context;
struct MpiFile;
class SharedDataset;

/// What libhdf5 keeps while it may wrap objects.
struct WrapContext {
  Context* context;          ///< One reference is held.
  void* under_wrap_context;  ///< Of the connector below; the native one needs none.
};

/// Shared by all objects opened through one file open. Counted by hand, since libhdf5 keeps raw
/// pointers.
class Context {
 public:
  /// Holds one reference on `under_id`, the connector below, with class `under_class`.
  Context(hid_t under_id, const H5VL_class_t& under_class, std::shared_ptr<const Options> options,
          std::shared_ptr<Statistics> statistics);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void retain() { references_.increment(); }

  /// Drops one reference; the last one releases the connector below with the error stack kept.
  void release() noexcept;

  hid_t under_id() const { return under_id_; }
  const H5VL_class_t& under_class() const { return under_class_; }
  bool under_is_native() const { return under_class_.value == H5_VOL_NATIVE; }
  const Options& options() const { return *options_; }
  Statistics* statistics() const { return statistics_.get(); }

  /// The wrap context of all objects above the native connector: libhdf5 asks for one in nearly
  /// every call, too often to allocate it.
  WrapContext* shared_wrap_context() { return &shared_wrap_context_; }

  // What the file's access list said, for the advisor. An object reached through an external link
  // or a mount belongs to another file; a wrong answer there costs one retry, never a failure.
  std::atomic<bool> low_bound_is_modern{false};  ///< Low bound V110 or later.

  /// High bound V110 or later. In files with an older one, HDF5 2.2.0 with assertions (Debian's)
  /// ends the program where it meets a modern index, instead of refusing it.
  bool high_bound_is_modern() const { return high_bound_is_modern_; }
  void set_high_bound(bool is_modern);

  /// Whether an open file has an older high bound: a link may lead to it from any other.
  static bool any_high_bound_is_old() { return old_high_bounds.load() > 0; }

  std::atomic<bool> driver_is_mpi{false};
  std::atomic<bool> ranks_differ{false};  ///< MPI ranks have different options: none may matter.

  /// Nobody sized the chunk caches of the file's datasets.
  std::atomic<bool> chunk_cache_is_default{false};
  std::shared_ptr<AccessRecorder> recorder;  ///< Set at the open while a profile is recorded.

  std::weak_ptr<MpiFile> mpi_file;  ///< Set at the open where the ranks write together.

  std::atomic<bool> swmr{false};  ///< Opened for, or switched to, single writer multiple readers.

 private:
  ~Context();

  static std::atomic<int> old_high_bounds;  ///< Contexts with an old one.

  ReferenceCount references_;
  std::atomic<bool> high_bound_is_modern_{true};
  WrapContext shared_wrap_context_{this, nullptr};
  const hid_t under_id_;
  const H5VL_class_t& under_class_;
  const std::shared_ptr<const Options> options_;
  const std::shared_ptr<Statistics> statistics_;
};

/// One counted reference to a Context.
class ContextReference {
 public:
  explicit ContextReference(Context* context) : context_(context) { context_->retain(); }
  ContextReference(const ContextReference&) = delete;
  ContextReference& operator=(const ContextReference&) = delete;
  ~ContextReference() { context_->release(); }

  Context* get() const { return context_; }

 private:
  Context* const context_;
};

struct ReleaseContext {
  void operator()(Context* context) const { context->release(); }
};

/// The reference that a new Context begins with.
using NewContext = std::unique_ptr<Context, ReleaseContext>;

/// What is known of a dataset's storage.
enum class DatasetKind {
  kUnknown,     ///< Not looked at yet.
  kNotChunked,  ///< Contiguous or compact: always native.
  kVirtual,     ///< Reads come from other datasets.
  kChunked,
};

/// A file, group, dataset, attribute, named datatype or request.
struct Object {
  explicit Object(Context* shared_context) : context(shared_context) { context->retain(); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() { context->release(); }

  static constexpr std::uint64_t kTag = 0x6835706176654f62;

  void* under = nullptr;                    ///< The same object below; null after a failed close.
  const std::uint64_t tag = kTag;           ///< Tells it from an object of the connector below.
  Context* const context;                   ///< Never null; this object holds one reference.
  DatasetCounts* counts = nullptr;          ///< Set for datasets while statistics are on.
  std::shared_ptr<SharedDataset> shared;    ///< Set for chunked datasets at their first transfer.
  std::shared_ptr<AccessTrack> track;       ///< Set for datasets at their first recorded transfer.
  std::optional<ExtentLimit> extent_limit;  ///< Set for datasets at their first resize.
  CacheGrant cache_grant;                   ///< Set for datasets with an enlarged chunk cache.
  DatasetKind kind = DatasetKind::kUnknown;
  bool is_unrecorded = false;  ///< A dataset that is nothing for a profile.
  /// Set until the first write of a dataset whose filters depend on it; see filter_withdrawal.h.
  std::optional<std::uint64_t> objects_told_at_create;
  bool created_here = false;    ///< A dataset that this handle created.
  bool is_opened_file = false;  ///< From H5Fcreate, H5Fopen or H5Freopen, not from another object.
};

/// False for what libhdf5 (1.14.5, 2.0.0) hands us by mistake where a file is open with h5pave and
/// natively: its own file object, which it takes for one of the connector that opened the file
/// first.
inline bool is_ours(const void* object) {
  return static_cast<const Object*>(object)->tag == Object::kTag;
}

/// The wrapper behind libhdf5's pointer. Throws on null, which libhdf5 may pass only where a slot
/// says so (see under_or_null()), and on an object whose close failed.
inline Object* as_object(void* object) {
  if (object == nullptr) throw std::invalid_argument("no object was given");
  auto* const known = static_cast<Object*>(object);
  if (!is_ours(object))
    throw std::runtime_error("it is not h5pave's: its file is open with another connector, too");
  if (known->under == nullptr)
    throw std::runtime_error("it was closed before, with an error; only its id is left");
  return known;
}

/// The object below, or null for null: several callbacks get null objects.
inline void* under_or_null(void* object) {
  return object == nullptr ? nullptr : as_object(object)->under;
}

/// When the connector below started an asynchronous request, replaces it by our wrapper of it.
void wrap_request(Context* context, void** request);

/// A wrapper allocated before the call that may fill it, so that running out of memory cannot lose
/// an open object below.
class PendingObject {
 public:
  explicit PendingObject(Context* context) : object_(std::make_unique<Object>(context)) {}

  Object* operator->() { return object_.get(); }

  /// The wrapper around `under` for libhdf5, or null when `under` is null (the call failed).
  void* complete(void* under) {
    if (under == nullptr) return nullptr;
    object_->under = under;
    return object_.release();
  }

 private:
  std::unique_ptr<Object> object_;
};

}  // namespace h5pave
