#include "object.h"

#include "h5/error_stack.h"

namespace h5pave {

Context::Context(hid_t under_id, const H5VL_class_t& under_class,
                 std::shared_ptr<const Options> options, std::shared_ptr<Statistics> statistics)
    : under_id_(under_id),
      under_class_(under_class),
      options_(std::move(options)),
      statistics_(std::move(statistics)) {
  H5Iinc_ref(under_id_);
}

std::atomic<int> Context::old_high_bounds{0};

void Context::set_high_bound(bool is_modern) {
  const bool was_modern = high_bound_is_modern_.exchange(is_modern);
  old_high_bounds += (was_modern ? 1 : 0) - (is_modern ? 1 : 0);
}

Context::~Context() {
  set_high_bound(true);
  const SavedErrorStack saved;
  H5Idec_ref(under_id_);
}

void Context::release() noexcept {
  if (references_.decrement()) delete this;
}

void wrap_request(Context* context, void** request) {
  if (request == nullptr || *request == nullptr) return;
  auto wrapper = std::make_unique<Object>(context);
  wrapper->under = *request;
  *request = wrapper.release();
}

}  // namespace h5pave
