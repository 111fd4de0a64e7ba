#include "cache/read_pattern.h"

#include <algorithm>
#include <cstdlib>

namespace h5pave {

/// Updates what is known of the steps; true when `box` follows from the boxes before it.
bool ReadPattern::continues(const Box& box) {
  std::size_t moved_dims = 0;
  std::size_t dim = 0;
  if (last_.start.size() == box.start.size() && last_.length == box.length) {
    for (std::size_t i = 0; i < box.start.size(); ++i) {
      if (box.start[i] == last_.start[i]) continue;
      ++moved_dims;
      dim = i;
    }
  }
  const auto step = moved_dims == 1 ? static_cast<std::int64_t>(box.start[dim] - last_.start[dim])
                                    : std::int64_t{0};
  const bool same = step != 0 && dim == step_dim_ && step == step_;
  repeats_ = same ? repeats_ + 1 : 0;
  if (!same) told_until_ = -1;
  step_dim_ = dim;
  step_ = step;
  last_ = box;
  return repeats_ > 0;
}

std::vector<Extent> ReadPattern::after(const Box& box, const Extent& extent, const Extent& chunk,
                                       std::size_t most_chunks) {
  std::vector<Extent> offsets;
  if (!continues(box)) return offsets;
  const auto length = static_cast<std::int64_t>(chunk[step_dim_]);
  const auto last_index = static_cast<std::int64_t>((extent[step_dim_] - 1) / chunk[step_dim_]);
  const auto start = static_cast<std::int64_t>(box.start[step_dim_]);
  const auto end = start + static_cast<std::int64_t>(box.length[step_dim_]) - 1;
  const std::int64_t direction = step_ > 0 ? 1 : -1;
  const std::int64_t here = (direction > 0 ? end : start) / length;
  // Steps inside a chunk lead to the next chunk; wider ones to the chunks that they hit.
  const bool inside = std::abs(step_) <= length;
  Box touched = box;
  touched.length[step_dim_] = 1;
  const auto steps = static_cast<std::int64_t>(most_chunks / ChunkParts(touched, chunk).count());
  for (std::int64_t ahead = 1; ahead <= steps; ++ahead) {
    const std::int64_t moved = start + ahead * step_;
    const std::int64_t index = inside ? here + ahead * direction : moved / length;
    if (index < 0 || index > last_index || (!inside && moved < 0)) break;
    const bool told =
        told_until_ >= 0 && (direction > 0 ? index <= told_until_ : index >= told_until_);
    if (told) continue;
    touched.start[step_dim_] = static_cast<std::uint64_t>(index * length);
    ChunkParts parts(touched, chunk);
    for (ChunkPart part; parts.next(part);) offsets.push_back(part.offset);
    told_until_ = index;
  }
  return offsets;
}

}  // namespace h5pave
