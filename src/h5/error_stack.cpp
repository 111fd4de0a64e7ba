#include "h5/error_stack.h"

namespace h5pave {

// To copy an empty stack, as it usually is, would take most of the time.
SavedErrorStack::SavedErrorStack()
    : stack_(H5Eget_num(H5E_DEFAULT) == 0 ? H5I_INVALID_HID : H5Eget_current_stack()) {}

SavedErrorStack::~SavedErrorStack() {
  // H5Eset_current_stack() also releases the copy.
  if (stack_ >= 0)
    H5Eset_current_stack(stack_);
  else
    H5Eclear2(H5E_DEFAULT);
}

QuietErrors::QuietErrors()
    // Fails where the program set its printer by the version 1 call; that one cannot be kept quiet.
    : changed_(H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_) >= 0 && print_ != nullptr &&
               H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0) {}

QuietErrors::~QuietErrors() {
  if (changed_) H5Eset_auto2(H5E_DEFAULT, print_, print_data_);
}

void push_error(const char* operation, const char* cause) noexcept {
  // The text is an argument, never the printf format: a path may hold a percent sign.
  H5Epush2(H5E_DEFAULT, __FILE__, operation, __LINE__, H5E_ERR_CLS, H5E_VOL, H5E_CALLBACK,
           "h5pave: cannot %s: %s", operation, cause);
}

}  // namespace h5pave
