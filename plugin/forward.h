// The slots that only hand a call on, written once: the slot of the connector below has the same
// signature as ours. Assigning `Forward<kAttribute, &H5VL_attr_class_t::get>::call` to a slot makes
// the compiler check every type.
//
// Called by vol_class.cpp. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

#include <concepts>
#include <tuple>
#include <type_traits>

#include "guard.h"
#include "object.h"
#include "under_class.h"

namespace h5pave {

/// The `void** req` that ends most argument lists, or null for lists without one.
template <typename... Args>
void** request_of(Args... args) {
  if constexpr (sizeof...(Args) > 0) {
    const auto last = std::get<sizeof...(Args) - 1>(std::tuple(args...));
    if constexpr (std::same_as<std::remove_const_t<decltype(last)>, void**>) return last;
  }
  return nullptr;
}

/// Runs `slot` on the object below and wraps what it returns: a new object, or a status.
template <typename R, typename... Parameters, typename... Args>
R forward(R (*slot)(void*, Parameters...), Object* object, Args... args) {
  // The call may destroy `object` (refresh), so the context is held apart from it.
  const ContextReference context(object->context);
  if constexpr (std::is_pointer_v<R>) {
    PendingObject opened(context.get());
    void* const under = call_slot(slot, object->under, args...);
    if (under != nullptr) wrap_request(context.get(), request_of(args...));
    return opened.complete(under);
  } else {
    const R status = call_slot(slot, object->under, args...);
    wrap_request(context.get(), request_of(args...));
    return status;
  }
}

template <typename R>
constexpr R failure_value() {
  if constexpr (std::is_pointer_v<R>) {
    return nullptr;
  } else {
    return R{-1};
  }
}

// The groups of slots of a connector's class.
inline constexpr auto kAttribute = &H5VL_class_t::attr_cls;
inline constexpr auto kDataset = &H5VL_class_t::dataset_cls;
inline constexpr auto kDatatype = &H5VL_class_t::datatype_cls;
inline constexpr auto kFile = &H5VL_class_t::file_cls;
inline constexpr auto kGroup = &H5VL_class_t::group_cls;
inline constexpr auto kLink = &H5VL_class_t::link_cls;
inline constexpr auto kObject = &H5VL_class_t::object_cls;
inline constexpr auto kIntrospection = &H5VL_class_t::introspect_cls;
inline constexpr auto kRequest = &H5VL_class_t::request_cls;
inline constexpr auto kBlob = &H5VL_class_t::blob_cls;
inline constexpr auto kToken = &H5VL_class_t::token_cls;

/// `Forward<group, slot>::call` hands a call on to that slot of the connector below.
template <auto kSlots, auto kSlot>
struct Forward;

template <typename Slots, Slots H5VL_class_t::*kSlots, typename R, typename... Args,
          R (*Slots::*kSlot)(void*, Args...)>
struct Forward<kSlots, kSlot> {
  static R call(void* object, Args... args) noexcept {
    return guard<R>("forward a call", failure_value<R>(), [&] {
      Object* const known = as_object(object);
      return forward(known->context->under_class().*kSlots.*kSlot, known, args...);
    });
  }
};

/// A close slot: the object below is closed, then our wrapper goes.
template <auto kSlots>
struct Close {
  static herr_t call(void* object, hid_t dxpl_id, void** request) noexcept {
    return call_after(object, dxpl_id, request, [](Object&) noexcept { return true; });
  }

  /// The object below is closed also when `settle` fails: an H5Dclose or H5Fclose drops the id
  /// whatever the callback answers, and what stays open below would keep the file open for ever.
  /// H5Idec_ref keeps the id, so the wrapper stays for a second close.
  template <typename Settle>
  static herr_t call_after(void* object, hid_t dxpl_id, void** request, Settle&& settle) noexcept {
    return guard<herr_t>("close an object", -1, [&]() -> herr_t {
      auto* const closing = static_cast<Object*>(object);
      if (closing != nullptr && closing->under == nullptr) {
        delete closing;  // The second close after a failed one.
        return 0;
      }
      const bool settled = settle(*as_object(object));
      const herr_t status = call_slot((closing->context->under_class().*kSlots).close,
                                      closing->under, dxpl_id, request);
      wrap_request(closing->context, request);
      if (status < 0) return status;
      if (settled) {
        delete closing;
      } else {
        closing->shared.reset();
        closing->under = nullptr;
      }
      return settled ? 0 : -1;
    });
  }
};

}  // namespace h5pave
