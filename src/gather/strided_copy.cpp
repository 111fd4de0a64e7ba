#include "gather/strided_copy.h"

#include <cstring>

namespace h5pave {

StridedBytes dense_layout(const Extent& extent, std::size_t element_bytes) {
  StridedBytes layout;
  layout.distance.resize(extent.size());
  auto distance = static_cast<std::ptrdiff_t>(element_bytes);
  for (std::size_t dim = extent.size(); dim-- > 0;) {
    layout.distance[dim] = distance;
    distance *= static_cast<std::ptrdiff_t>(extent[dim]);
  }
  return layout;
}

namespace {

/// The trailing dimensions that are dense in both layouts, joined into one run of bytes.
struct Run {
  std::size_t outer_rank;  ///< Dimensions left to loop over.
  std::size_t bytes;
};

Run joined_run(const StridedBytes& from, const StridedBytes& to, const Extent& length,
               std::size_t element_bytes) {
  Run run{length.size(), element_bytes};
  while (run.outer_rank > 0) {
    const std::size_t dim = run.outer_rank - 1;
    const auto dense = static_cast<std::ptrdiff_t>(run.bytes);
    const bool joins =
        length[dim] == 1 || (from.distance[dim] == dense && to.distance[dim] == dense);
    if (!joins) break;
    run.bytes *= static_cast<std::size_t>(length[dim]);
    --run.outer_rank;
  }
  return run;
}

/// One dimension of runs. Short runs are copied without a call where their length is a constant.
struct Rows {
  std::ptrdiff_t from;  ///< Bytes from one to the next.
  std::ptrdiff_t to;
  std::size_t count;
};

template <std::size_t kBytes>
void copy_rows_of(const std::byte* read, std::byte* write, const Rows& rows) {
  for (std::size_t i = 0; i < rows.count; ++i, read += rows.from, write += rows.to)
    std::memcpy(write, read, kBytes);
}

void copy_rows(const std::byte* read, std::byte* write, const Rows& rows, std::size_t bytes) {
  switch (bytes) {
    case 1:
      return copy_rows_of<1>(read, write, rows);
    case 2:
      return copy_rows_of<2>(read, write, rows);
    case 4:
      return copy_rows_of<4>(read, write, rows);
    case 8:
      return copy_rows_of<8>(read, write, rows);
    default:
      for (std::size_t i = 0; i < rows.count; ++i, read += rows.from, write += rows.to)
        std::memcpy(write, read, bytes);
  }
}

}  // namespace

void copy_box(const std::byte* source, const StridedBytes& from, std::byte* target,
              const StridedBytes& to, const Extent& length, std::size_t element_bytes) {
  const Run run = joined_run(from, to, length, element_bytes);
  const std::byte* read = source + from.first;
  std::byte* write = target + to.first;
  if (run.outer_rank == 0) {
    std::memcpy(write, read, run.bytes);
    return;
  }
  const std::size_t inner = run.outer_rank - 1;
  const Rows rows{from.distance[inner], to.distance[inner], length[inner]};
  Extent index(inner, 0);
  for (;;) {
    copy_rows(read, write, rows, run.bytes);
    std::size_t dim = inner;
    for (; dim-- > 0;) {
      read += from.distance[dim];
      write += to.distance[dim];
      if (++index[dim] < length[dim]) break;
      read -= from.distance[dim] * static_cast<std::ptrdiff_t>(length[dim]);
      write -= to.distance[dim] * static_cast<std::ptrdiff_t>(length[dim]);
      index[dim] = 0;
    }
    if (dim == static_cast<std::size_t>(-1)) return;
  }
}

}  // namespace h5pave
