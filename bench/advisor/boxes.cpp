#include "boxes.h"

#include <algorithm>

namespace h5pave::bench {

Boxes::Boxes(const Workload& workload, const AccessBox& box)
    : extent_(workload.extent),
      box_(box),
      written_(workload.written),
      start_(workload.extent.size(), 0) {
  for (std::size_t d = 0; d < extent_.size(); ++d)
    count_.push_back(box.lengths[d] == kWholeDimension ? extent_[d] : box.lengths[d]);
}

std::uint64_t Boxes::left() const {
  std::uint64_t boxes = 1;
  for (std::size_t d = 0; d < extent_.size(); ++d)
    boxes *= (extent_[d] - start_[d] + count_[d] - 1) / count_[d];
  return static_cast<std::uint64_t>(static_cast<double>(boxes) * written_);
}

void Boxes::next(Lengths& start, Lengths& count) {
  count = count_;
  if (written_ < 1) {  // The same places in the same order for writes and for reads.
    start.clear();
    for (std::size_t d = 0; d < extent_.size(); ++d)
      start.push_back(random_() % (extent_[d] / count_[d]) * count_[d]);
    return;
  }
  if (box_.placement == Placement::kInOrder || box_.kind == AccessKind::kWrite) {
    start = start_;
    for (std::size_t d = 0; d < count.size(); ++d)
      count[d] = std::min(count[d], extent_[d] - start[d]);
    for (std::size_t d = extent_.size(); d-- > 0;) {
      start_[d] += count_[d];
      if (start_[d] < extent_[d]) break;
      start_[d] = 0;
    }
    return;
  }
  start.assign(extent_.size(), 0);
  for (std::size_t d = 0; d < extent_.size(); ++d)
    start[d] = random_() % (extent_[d] - count_[d] + 1);
}

}  // namespace h5pave::bench
