#include "selection_runs.h"

#include <algorithm>
#include <stdexcept>

#include "h5/error_stack.h"

namespace h5pave {

SelectionRuns::SelectionRuns(hid_t space, std::size_t element_bytes)
    : element_bytes_(element_bytes), iterator_(H5Ssel_iter_create(space, element_bytes, 0)) {
  if (iterator_ < 0) throw std::runtime_error("the selection cannot be iterated over");
}

SelectionRuns::~SelectionRuns() {
  const SavedErrorStack saved;
  H5Ssel_iter_close(iterator_);
}

void SelectionRuns::next(std::size_t elements, std::vector<ElementRun>& runs) {
  runs.clear();
  while (elements > 0) {
    std::size_t run_count = 0;
    std::size_t found = 0;
    if (H5Ssel_iter_get_seq_list(iterator_, kRuns, elements, &run_count, &found,
                                 first_bytes_.data(), bytes_.data()) < 0 ||
        found == 0)
      throw std::runtime_error("the selection ended early");
    for (std::size_t i = 0; i < run_count; ++i) runs.push_back({first_bytes_[i], bytes_[i]});
    elements -= std::min(elements, found);
  }
}

}  // namespace h5pave
