#include "object_slots.h"

#include <cstring>
#include <utility>

#include "cache_amendment.h"
#include "coherence.h"
#include "dataset_names.h"
#include "filter_withdrawal.h"
#include "forward.h"
#include "guard.h"
#include "info.h"
#include "mpi_dataset.h"
#include "mpi_pending.h"
#include "native_dataset.h"
#include "object.h"
#include "under_class.h"
#include "vol_class.h"

namespace h5pave {

namespace {

/// Runs a call between two locations, either of which may be null but not both; `call` gets the
/// objects and the class of the connector below.
template <typename Call>
herr_t between(void* source, void* target, void** request, Call&& call) {
  Object* const known = as_object(source != nullptr ? source : target);
  const ContextReference context(known->context);
  const herr_t status =
      call(under_or_null(source), under_or_null(target), context.get()->under_class());
  wrap_request(context.get(), request);
  return status;
}

}  // namespace

void* get_object(const void* object) noexcept {
  if (object == nullptr) return nullptr;
  const auto* const known = static_cast<const Object*>(object);
  const auto get_object_below = known->context->under_class().wrap_cls.get_object;
  return get_object_below == nullptr ? known->under : get_object_below(known->under);
}

herr_t get_wrap_context(const void* object, void** wrap_context) noexcept {
  Context* const context = static_cast<const Object*>(object)->context;
  if (context->under_is_native()) {
    context->retain();
    *wrap_context = context->shared_wrap_context();
    return 0;
  }
  return guard<herr_t>("get a wrap context", -1, [&]() -> herr_t {
    auto made = std::make_unique<WrapContext>(context, nullptr);
    if (H5VLget_wrap_ctx(static_cast<const Object*>(object)->under, context->under_id(),
                         &made->under_wrap_context) < 0)
      return -1;
    context->retain();
    *wrap_context = made.release();
    return 0;
  });
}

void* wrap_object(void* under, H5I_type_t type, void* wrap_context) noexcept {
  return guard<void*>("wrap an object", nullptr, [&]() -> void* {
    auto& known = *static_cast<WrapContext*>(wrap_context);
    PendingObject object(known.context);
    if (!known.context->under_is_native())
      under = H5VLwrap_object(under, type, known.context->under_id(), known.under_wrap_context);
    return object.complete(under);
  });
}

void* unwrap_object(void* object) noexcept {
  return guard<void*>("unwrap an object", nullptr, [&]() -> void* {
    if (object != nullptr && !is_ours(object)) return object;
    Object* const known = as_object(object);
    void* const under = H5VLunwrap_object(known->under, known->context->under_id());
    if (under != nullptr) delete known;
    return under;
  });
}

herr_t free_wrap_context(void* wrap_context) noexcept {
  auto* const known = static_cast<WrapContext*>(wrap_context);
  Context* const context = known->context;
  if (known != context->shared_wrap_context()) {
    if (known->under_wrap_context != nullptr) {
      const SavedErrorStack saved;
      H5VLfree_wrap_ctx(known->under_wrap_context, context->under_id());
    }
    delete known;
  }
  context->release();
  return 0;
}

herr_t group_specific(void* object, H5VL_group_specific_args_t* args, hid_t dxpl_id,
                      void** request) noexcept {
  return guard<herr_t>("serve a group operation", -1, [&]() -> herr_t {
    const ContextReference context(as_object(object)->context);
    if (!settle_all()) return -1;  // Mounts, flushes and refreshes reach whole files.
    H5VL_group_specific_args_t under_args = *args;
    if (args->op_type == H5VL_GROUP_MOUNT)
      under_args.args.mount.child_file = under_or_null(args->args.mount.child_file);
    const herr_t status = call_slot(context.get()->under_class().group_cls.specific,
                                    as_object(object)->under, &under_args, dxpl_id, request);
    wrap_request(context.get(), request);
    return status;
  });
}

herr_t link_create(H5VL_link_create_args_t* args, void* object, const H5VL_loc_params_t* location,
                   hid_t lcpl_id, hid_t lapl_id, hid_t dxpl_id, void** request) noexcept {
  return guard<herr_t>("create a link", -1, [&]() -> herr_t {
    H5VL_link_create_args_t under_args = *args;
    const bool hard = args->op_type == H5VL_LINK_CREATE_HARD;
    void* const current = hard ? args->args.hard.curr_obj : nullptr;
    if (hard) under_args.args.hard.curr_obj = under_or_null(current);
    return between(object, current, request, [&](void* under, void*, const auto& connector) {
      return call_slot(connector.link_cls.create, &under_args, under, location, lcpl_id, lapl_id,
                       dxpl_id, request);
    });
  });
}

herr_t link_copy(void* source, const H5VL_loc_params_t* source_location, void* target,
                 const H5VL_loc_params_t* target_location, hid_t lcpl_id, hid_t lapl_id,
                 hid_t dxpl_id, void** request) noexcept {
  return guard<herr_t>("copy a link", -1, [&] {
    return between(source, target, request, [&](void* from, void* to, const auto& connector) {
      return call_slot(connector.link_cls.copy, from, source_location, to, target_location, lcpl_id,
                       lapl_id, dxpl_id, request);
    });
  });
}

herr_t link_move(void* source, const H5VL_loc_params_t* source_location, void* target,
                 const H5VL_loc_params_t* target_location, hid_t lcpl_id, hid_t lapl_id,
                 hid_t dxpl_id, void** request) noexcept {
  return guard<herr_t>("move a link", -1, [&] {
    return between(source, target, request, [&](void* from, void* to, const auto& connector) {
      return call_slot(connector.link_cls.move, from, source_location, to, target_location, lcpl_id,
                       lapl_id, dxpl_id, request);
    });
  });
}

herr_t link_get(void* object, const H5VL_loc_params_t* location, H5VL_link_get_args_t* args,
                hid_t dxpl_id, void** request) noexcept {
  if (args->op_type == H5VL_LINK_GET_INFO) note_objects_told();
  return Forward<kLink, &H5VL_link_class_t::get>::call(object, location, args, dxpl_id, request);
}

herr_t object_get(void* object, const H5VL_loc_params_t* location, H5VL_object_get_args_t* args,
                  hid_t dxpl_id, void** request) noexcept {
  if (args->op_type == H5VL_OBJECT_GET_INFO) note_objects_told();
  return Forward<kObject, &H5VL_object_class_t::get>::call(object, location, args, dxpl_id,
                                                           request);
}

herr_t group_optional(void* object, H5VL_optional_args_t* args, hid_t dxpl_id,
                      void** request) noexcept {
  note_objects_told();
  return Forward<kGroup, &H5VL_group_class_t::optional>::call(object, args, dxpl_id, request);
}

void* object_open(void* object, const H5VL_loc_params_t* location, H5I_type_t* opened_type,
                  hid_t dxpl_id, void** request) noexcept {
  note_objects_told();
  return guard<void*>("open an object", nullptr, [&]() -> void* {
    Context* const context = as_object(object)->context;
    PendingObject opened(context);
    const auto open_below = [&] {
      return call_slot(context->under_class().object_cls.open, as_object(object)->under, location,
                       opened_type, dxpl_id, request);
    };
    void* const under = open_below();
    if (under == nullptr || *opened_type != H5I_DATASET) {
      if (under != nullptr) wrap_request(context, request);
      return opened.complete(under);
    }
    NativeDataset dataset(*context, under);
    if (may_enlarge_caches(*context) && (request == nullptr || *request == nullptr))
      dataset = with_fitting_cache(*as_object(object), location->obj_type, std::move(dataset),
                                   open_below, opened->cache_grant);
    if (!dataset.is_open()) return nullptr;
    wrap_request(context, request);
    tell([&] {
      if (context->statistics() == nullptr) return;
      const DatasetName name = name_of(context->under_class(), dataset.get(), H5I_DATASET);
      opened->counts = context->statistics()->dataset(name.file, name.path);
    });
    auto* const object_opened = as_object(opened.complete(dataset.release()));
    look_at_together(*object_opened);
    return object_opened;
  });
}

herr_t object_copy(void* source, const H5VL_loc_params_t* source_location, const char* source_name,
                   void* target, const H5VL_loc_params_t* target_location, const char* target_name,
                   hid_t ocpypl_id, hid_t lcpl_id, hid_t dxpl_id, void** request) noexcept {
  return guard<herr_t>("copy an object", -1, [&]() -> herr_t {
    if (!settle_all()) return -1;
    if (source != nullptr && !commit_pending_in(*as_object(source), source_location->obj_type))
      return -1;
    return between(source, target, request, [&](void* from, void* to, const auto& connector) {
      return call_slot(connector.object_cls.copy, from, source_location, source_name, to,
                       target_location, target_name, ocpypl_id, lcpl_id, dxpl_id, request);
    });
  });
}

herr_t object_specific(void* object, const H5VL_loc_params_t* location,
                       H5VL_object_specific_args_t* args, hid_t dxpl_id, void** request) noexcept {
  return guard<herr_t>("serve an object operation", -1, [&]() -> herr_t {
    const bool observes =
        args->op_type == H5VL_OBJECT_FLUSH || args->op_type == H5VL_OBJECT_REFRESH;
    if (observes && !settle_all()) return -1;
    Object* const known = as_object(object);
    // A refresh reads the dataset anew; `object` may be gone afterwards.
    if (args->op_type == H5VL_OBJECT_REFRESH && known->shared != nullptr)
      forget_dataset(*known->shared);
    return forward(known->context->under_class().object_cls.specific, known, location, args,
                   dxpl_id, request);
  });
}

herr_t object_optional(void* object, const H5VL_loc_params_t* location, H5VL_optional_args_t* args,
                       hid_t dxpl_id, void** request) noexcept {
  note_objects_told();
  return guard<herr_t>("serve an optional object operation", -1, [&]() -> herr_t {
    Object* const known = as_object(object);
    if (!settle_all()) return -1;  // Sizes of indexes, for one.
    return forward(known->context->under_class().object_cls.optional, known, location, args,
                   dxpl_id, request);
  });
}

herr_t link_specific(void* object, const H5VL_loc_params_t* location,
                     H5VL_link_specific_args_t* args, hid_t dxpl_id, void** request) noexcept {
  if (args->op_type == H5VL_LINK_ITER) note_objects_told();
  return guard<herr_t>("serve a link operation", -1, [&]() -> herr_t {
    Object* const known = as_object(object);
    if (args->op_type == H5VL_LINK_DELETE &&
        !(settle_all() && commit_pending_in(*known, location->obj_type)))
      return -1;
    return forward(known->context->under_class().link_cls.specific, known, location, args, dxpl_id,
                   request);
  });
}

herr_t get_connector_class(void* object, H5VL_get_conn_lvl_t level,
                           const H5VL_class_t** connector_class) noexcept {
  if (level == H5VL_GET_CONN_LVL_CURR) {
    *connector_class = &connector_class_instance();
    return 0;
  }
  return guard<herr_t>("find the terminal connector", -1, [&] {
    const Object* const known = as_object(object);
    return call_slot(known->context->under_class().introspect_cls.get_conn_cls, known->under, level,
                     connector_class);
  });
}

herr_t get_capabilities(const void* info, std::uint64_t* flags) noexcept {
  return guard<herr_t>("tell the connector's capabilities", -1, [&]() -> herr_t {
    const Route route = route_for(static_cast<const ConnectorInfo*>(info));
    const herr_t status = H5VLintrospect_get_cap_flags(route.under_info, route.under_id, flags);
    const SavedErrorStack saved;
    H5Idec_ref(route.under_id);
    if (status >= 0) *flags |= connector_class_instance().cap_flags;
    return status;
  });
}

herr_t compare_tokens(void* object, const H5O_token_t* token1, const H5O_token_t* token2,
                      int* order) noexcept {
  return guard<herr_t>("compare object tokens", -1, [&]() -> herr_t {
    const Object* const known = as_object(object);
    const auto compare = known->context->under_class().token_cls.cmp;
    if (compare != nullptr) return compare(known->under, token1, token2, order);
    *order = std::memcmp(token1, token2, sizeof *token1);  // as libhdf5 does without the slot
    return 0;
  });
}

herr_t generic_optional(void* object, H5VL_optional_args_t* args, hid_t dxpl_id,
                        void** request) noexcept {
  return guard<herr_t>("serve an optional operation", -1, [&]() -> herr_t {
    Object* const known = as_object(object);
    if (!settle_all()) return -1;
    return forward(known->context->under_class().optional, known, args, dxpl_id, request);
  });
}

herr_t request_free(void* request) noexcept {
  return guard<herr_t>("free a request", -1, [&] {
    Object* const known = as_object(request);
    const herr_t status = call_slot(known->context->under_class().request_cls.free, known->under);
    if (status >= 0) delete known;
    return status;
  });
}

}  // namespace h5pave
