#include "file_slots.h"

#include <H5VLnative.h>

#include <optional>
#include <stdexcept>

#include "coherence.h"
#include "file_image.h"
#include "filter_folders.h"
#include "forward.h"
#include "guard.h"
#include "info.h"
#include "mpi_files.h"
#include "mpi_library.h"
#include "mpi_pending.h"
#include "object.h"
#include "page_amendment.h"
#include "page_buffer.h"
#include "process.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// What a file access list says of its datasets' chunk caches.
struct ChunkCaches {
  int unused = 0;
  std::size_t slots = 0;
  std::size_t bytes = 0;
  double preemption = 0;

  explicit ChunkCaches(hid_t fapl_id) {
    if (H5Pget_cache(fapl_id, &unused, &slots, &bytes, &preemption) < 0) H5Eclear2(H5E_DEFAULT);
  }
  bool operator==(const ChunkCaches&) const = default;
};

bool has_default_chunk_cache(hid_t fapl_id) {
  return ChunkCaches(fapl_id) == ChunkCaches(H5P_FILE_ACCESS_DEFAULT);
}

/// The connector below for one call with a file access list, and the list to give it.
class UnderAccess {
 public:
  /// Delegates, so that the destructor cleans up when anything below throws.
  explicit UnderAccess(hid_t fapl_id) : UnderAccess() {
    void* copied_info = nullptr;
    if (H5Pget_vol_info(fapl_id, &copied_info) < 0)
      throw std::runtime_error("the file access list gives no connector info");
    info_.reset(static_cast<ConnectorInfo*>(copied_info));
    route_.emplace(route_for(info_.get()));
    under_class_ = &class_of(route_->under_id);
    fapl_id_ = H5Pcopy(fapl_id);
    if (fapl_id_ < 0 || H5Pset_vol(fapl_id_, route_->under_id, route_->under_info) < 0)
      throw std::runtime_error("the file access list cannot be pointed at the connector below");
  }
  UnderAccess(const UnderAccess&) = delete;
  UnderAccess& operator=(const UnderAccess&) = delete;
  ~UnderAccess() {
    // h5py reads the errno of a failed open from the error stack.
    const SavedErrorStack saved;
    if (fapl_id_ >= 0) H5Pclose(fapl_id_);
    if (route_) H5Idec_ref(route_->under_id);
    info_.reset();
  }

  hid_t fapl_id() const { return fapl_id_; }
  const H5VL_class_t& under_class() const { return *under_class_; }

  /// A new context for the file about to be opened.
  NewContext make_context() const {
    NewContext context(new Context(route_->under_id, *under_class_, route_->options,
                                   Process::get().statistics_for(*route_->options)));
    context->recorder = Process::get().recorder_for(*route_->options);
    H5F_libver_t low = H5F_LIBVER_EARLIEST;
    H5F_libver_t high = H5F_LIBVER_LATEST;
    if (H5Pget_libver_bounds(fapl_id_, &low, &high) >= 0) {
      context->low_bound_is_modern = low >= H5F_LIBVER_V110;
      context->set_high_bound(high >= H5F_LIBVER_V110);
    }
    if (route_->options->cache == CachePolicy::kAuto)
      context->chunk_cache_is_default = has_default_chunk_cache(fapl_id_);
    unsigned long features = 0;
    const hid_t driver_id = H5Pget_driver(fapl_id_);
    context->driver_is_mpi = driver_id >= 0 && H5FDdriver_query(driver_id, &features) >= 0 &&
                             (features & H5FD_FEAT_HAS_MPI) != 0;
    return context;
  }

 private:
  UnderAccess() = default;

  std::unique_ptr<ConnectorInfo> info_;
  std::optional<Route> route_;
  const H5VL_class_t* under_class_ = nullptr;
  hid_t fapl_id_ = H5I_INVALID_HID;
};

/// Tells why the ranks do not write together: counted by each, shown by the first.
void tell_mpi_reason(Context& context, const MpiAgreement& agreement) {
  if (context.statistics() != nullptr) context.statistics()->add_pass_through(agreement.reason());
  const std::string rank = mpi_rank_text();
  if (!rank.empty() && rank != "0") return;
  const std::string& trouble = mpi_library().trouble;
  Process::get().log().write_once(context.options().log, LogLevel::kWarn,
                                  "MPI files are left to stock HDF5 (" +
                                      std::string(agreement.reason()) + ")" +
                                      (trouble.empty() ? std::string() : ": " + trouble));
}

/// Lets the context of a file that was opened know in which file the ranks write together.
void attach_mpi_file(Context& context, void* under, hid_t list, unsigned flags) {
  const auto number = file_number_of(context, under);
  const std::shared_ptr<MpiFile> file = number ? find_mpi_file(*number) : nullptr;
  if (file == nullptr) return;
  bool reads_metadata_together = false;
  file->reads_metadata_together =
      mpi_library().calls.get_all_coll_metadata_ops(list, &reads_metadata_together) < 0 ||
      reads_metadata_together || file->reads_metadata_together;
  constexpr unsigned kWritable = H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_EXCL | H5F_ACC_CREAT;
  file->is_writable = (flags & kWritable) != 0 || file->is_writable;
  ++file->open_handles;
  context.mpi_file = file;
}

/// Opens a file of the mpio driver with a tap on its writes, where all ranks can do that.
template <typename OpenBelow>
void* open_mpi_file(Context& context, unsigned flags, hid_t genuine_list, hid_t under_list,
                    OpenBelow&& open_below) {  // collective
  const auto agreement = std::make_shared<MpiAgreement>(genuine_list, context.options());
  context.ranks_differ = agreement->options_differ();
  if (!agreement->can_write_together()) {
    tell_mpi_reason(context, *agreement);
    return open_below();
  }
  Process::get().share_processors(agreement->ranks_on_node());
  void* const under = open_with_tap(agreement, genuine_list, under_list, open_below);
  if (under != nullptr) attach_mpi_file(context, under, genuine_list, flags);
  return under;
}

/// Opens or creates a file below; `call` gets the slots and the access list for the connector
/// below.
template <typename Call>
void* open_file(unsigned flags, hid_t fapl_id, void** request, Call&& call) {
  restore_filter_folders_at_open();
  const UnderAccess access(fapl_id);
  const NewContext context = access.make_context();
  context->swmr = (flags & (H5F_ACC_SWMR_WRITE | H5F_ACC_SWMR_READ)) != 0;
  PendingObject file(context.get());
  const auto open_below = [&] {
    return call(*context, access.under_class().file_cls, access.fapl_id());
  };
  void* const under = context->driver_is_mpi && context->under_is_native()
                          ? open_mpi_file(*context, flags, fapl_id, access.fapl_id(), open_below)
                          : open_below();
  if (under != nullptr) wrap_request(file->context, request);
  file->is_opened_file = true;
  return file.complete(under);
}

/// A question about a file by name: there is no file object.
template <typename SetList>
herr_t ask_by_name(H5VL_file_specific_args_t args, hid_t fapl_id, hid_t dxpl_id, void** request,
                   SetList&& set_list) {
  const UnderAccess access(fapl_id);
  set_list(args, access.fapl_id());
  const herr_t status =
      call_slot(access.under_class().file_cls.specific, nullptr, &args, dxpl_id, request);
  if (request != nullptr && *request != nullptr) {
    wrap_request(access.make_context().get(), request);
  }
  return status;
}

/// The other file of a comparison, which libhdf5 (1.14.5, 2.0.0) hands over as the object of the
/// last connector below, not as ours.
void* object_at_the_bottom(void* object) {
  return object == nullptr || !is_ours(object) ? object : as_object(object)->under;
}

herr_t specific_on_object(Object* file, H5VL_file_specific_args_t* args, hid_t dxpl_id,
                          void** request) {
  const ContextReference context(file->context);
  if (args->op_type == H5VL_FILE_FLUSH &&
      !(settle_all() && commit_pending_in(*file, args->args.flush.obj_type)))
    return -1;
  std::optional<PendingObject> reopened;
  H5VL_file_specific_args_t under_args = *args;
  if (args->op_type == H5VL_FILE_REOPEN) reopened.emplace(context.get());
  if (args->op_type == H5VL_FILE_IS_EQUAL)
    under_args.args.is_equal.obj2 = object_at_the_bottom(args->args.is_equal.obj2);
  const herr_t status = call_slot(context.get()->under_class().file_cls.specific, file->under,
                                  &under_args, dxpl_id, request);
  wrap_request(context.get(), request);
  if (status >= 0 && reopened) {
    (*reopened)->is_opened_file = true;
    if (const auto mpi_file = context.get()->mpi_file.lock(); mpi_file != nullptr)
      ++mpi_file->open_handles;
    *args->args.reopen.file = reopened->complete(*under_args.args.reopen.file);
  }
  return status;
}

/// Keeps what the context knows of the file true after an operation of the native connector.
void note_operation(Context& context, const H5VL_optional_args_t& args) {
  if (args.op_type == H5VL_NATIVE_FILE_START_SWMR_WRITE) context.swmr = true;
  if (args.op_type != H5VL_NATIVE_FILE_SET_LIBVER_BOUNDS) return;
  const auto& bounds =
      static_cast<const H5VL_native_file_optional_args_t*>(args.args)->set_libver_bounds;
  context.low_bound_is_modern = bounds.low >= H5F_LIBVER_V110;
  context.set_high_bound(bounds.high >= H5F_LIBVER_V110);
}

/// An image of a file is what is in it, without libhdf5's metadata cache. Chunks that h5pave has
/// just committed need their index there too, or the image has the places and sizes of older ones.
bool flush_below(const Object& file, hid_t dxpl_id) {
  H5VL_file_specific_args_t args{};
  args.op_type = H5VL_FILE_FLUSH;
  args.args.flush.obj_type = H5I_FILE;
  args.args.flush.scope = H5F_SCOPE_LOCAL;
  return call_slot(file.context->under_class().file_cls.specific, file.under, &args, dxpl_id,
                   nullptr) >= 0;
}

}  // namespace

void* file_create(const char* name, unsigned flags, hid_t fcpl_id, hid_t fapl_id, hid_t dxpl_id,
                  void** request) noexcept {
  return guard<void*>("create a file", nullptr, [&] {
    return open_file(
        flags, fapl_id, request, [&](const Context& context, const auto& under, hid_t under_fapl) {
          const auto create = [&](hid_t list) {
            return call_slot(under.create, name, flags, list, under_fapl, dxpl_id, request);
          };
          return create_in_pages(context, {name, flags, fcpl_id, under_fapl}, create);
        });
  });
}

void* file_open(const char* name, unsigned flags, hid_t fapl_id, hid_t dxpl_id,
                void** request) noexcept {
  return guard<void*>("open a file", nullptr, [&] {
    return open_file(flags, fapl_id, request,
                     [&](const Context& context, const auto& under, hid_t under_fapl) {
                       return open_with_page_buffer(context, flags, under_fapl, [&](hid_t list) {
                         return call_slot(under.open, name, flags, list, dxpl_id, request);
                       });
                     });
  });
}

herr_t file_specific(void* file, H5VL_file_specific_args_t* args, hid_t dxpl_id,
                     void** request) noexcept {
  return guard<herr_t>("serve a file operation", -1, [&]() -> herr_t {
    switch (args->op_type) {
      case H5VL_FILE_IS_ACCESSIBLE:
        return ask_by_name(*args, args->args.is_accessible.fapl_id, dxpl_id, request,
                           [](auto& copy, hid_t list) { copy.args.is_accessible.fapl_id = list; });
      case H5VL_FILE_DELETE:
        return ask_by_name(*args, args->args.del.fapl_id, dxpl_id, request,
                           [](auto& copy, hid_t list) { copy.args.del.fapl_id = list; });
      default:
        return specific_on_object(as_object(file), args, dxpl_id, request);
    }
  });
}

herr_t file_optional(void* file, H5VL_optional_args_t* args, hid_t dxpl_id,
                     void** request) noexcept {
  return guard<herr_t>("serve an optional file operation", -1, [&]() -> herr_t {
    const ContextReference context(as_object(file)->context);
    if (!settle_file(*as_object(file))) return -1;
    if (context.get()->under_is_native() && args->op_type == H5VL_NATIVE_FILE_GET_FILE_IMAGE &&
        !flush_below(*as_object(file), dxpl_id))
      return -1;
    if (context.get()->under_is_native() && args->op_type == H5VL_NATIVE_FILE_START_SWMR_WRITE)
      note_swmr(*as_object(file));
    const herr_t status = call_slot(context.get()->under_class().file_cls.optional,
                                    as_object(file)->under, args, dxpl_id, request);
    wrap_request(context.get(), request);
    if (status >= 0 && context.get()->under_is_native()) {
      note_operation(*context.get(), *args);
      if (args->op_type == H5VL_NATIVE_FILE_GET_FILE_IMAGE) repair_file_image(args->args);
    }
    return status;
  });
}

herr_t file_close(void* file, hid_t dxpl_id, void** request) noexcept {
  return guard<herr_t>("close a file", -1, [&]() -> herr_t {
    const std::shared_ptr<AccessRecorder> recorder = as_object(file)->context->recorder;
    // Datasets that are still open keep their chunks for their own close.
    const herr_t status =
        Close<kFile>::call_after(file, dxpl_id, request, [](Object& closing) noexcept {
          const bool committed = commit_pending_at_close(closing);
          return guard<bool>("commit cached chunks", false, [&] { return settle_file(closing); }) &&
                 committed;
        });
    if (recorder != nullptr)
      Process::get().store_if_due(*recorder, AccessRecorder::Moment::kFileClosed);
    return status;
  });
}

}  // namespace h5pave
