// The slots that only hand a call on, written once. For most of the 74 VOL callbacks the public
// H5VL* function has the slot's own signature plus the id of the connector below, after the object
// or after the object and one more argument. Assigning `Forward<H5PAVE_BOUND(H5VLattr_get)>::call`
// to a slot makes the compiler check every type.
//
// Called by vol_class.cpp. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

#include <concepts>
#include <tuple>
#include <type_traits>

#include "guard.h"
#include "object.h"

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

/// Runs `call` on the object below and wraps what it returns: a new object, or a status.
template <typename R, typename Call>
R forward(Object* object, void** request, Call&& call) {
  // The call may destroy `object` (refresh), so the context is held apart from it.
  const ContextReference context(object->context);
  if constexpr (std::is_pointer_v<R>) {
    PendingObject opened(context.get());
    void* const under = call(object->under, context.get()->under_id());
    if (under != nullptr) wrap_request(context.get(), request);
    return opened.complete(under);
  } else {
    const R status = call(object->under, context.get()->under_id());
    wrap_request(context.get(), request);
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

template <auto kFunction, typename Pointer = decltype(kFunction)>
struct Forward;

/// H5VLx(object, connector, …) as slot(object, …).
template <auto kFunction, typename R, typename... Args>
struct Forward<kFunction, R (**)(void*, hid_t, Args...)> {
  static R call(void* object, Args... args) noexcept {
    return guard<R>("forward a call", failure_value<R>(), [&] {
      return forward<R>(as_object(object), request_of(args...), [&](void* under, hid_t connector) {
        return (*kFunction)(under, connector, args...);
      });
    });
  }
};

/// H5VLx(object, argument, connector, …) as slot(object, argument, …).
template <auto kFunction, typename R, typename Argument, typename... Args>
  requires(!std::same_as<Argument, hid_t>)
struct Forward<kFunction, R (**)(void*, Argument, hid_t, Args...)> {
  static R call(void* object, Argument argument, Args... args) noexcept {
    return guard<R>("forward a call", failure_value<R>(), [&] {
      return forward<R>(as_object(object), request_of(args...), [&](void* under, hid_t connector) {
        return (*kFunction)(under, argument, connector, args...);
      });
    });
  }
};

/// A close slot: H5VLx_close(object, connector, dxpl, req), then our wrapper goes.
template <auto kFunction>
struct Close {
  static herr_t call(void* object, hid_t dxpl_id, void** request) noexcept {
    return guard<herr_t>("close an object", -1, [&] {
      Object* const closing = as_object(object);
      const herr_t status =
          (*kFunction)(closing->under, closing->context->under_id(), dxpl_id, request);
      wrap_request(closing->context, request);
      if (status >= 0) delete closing;
      return status;
    });
  }
};

}  // namespace h5pave
