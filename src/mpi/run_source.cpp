#include "mpi/run_source.h"

#include <algorithm>
#include <cstring>

#include "mpi/pieces.h"

namespace h5pave {

RunSource::RunSource(const ChunkFormat& format, const Extent& extent, Elements elements)
    : format_(format),
      extent_(extent),
      numbers_(extent, format.chunk),
      elements_(elements),
      offset_(extent.size()) {}

void RunSource::add(std::uint64_t first, std::uint64_t count, const std::byte* elements) {
  const std::size_t bytes = static_cast<std::size_t>(count) * format_.element_bytes;
  packed_.insert(packed_.end(), elements, elements + bytes);
  while (count > 0) {
    const std::uint64_t taken = add_row(first, count);
    first += taken;
    count -= taken;
  }
}

/// Adds as many of `most` elements from `element` on as lie in one row of one chunk.
std::uint64_t RunSource::add_row(std::uint64_t element, std::uint64_t most) {
  std::uint64_t inside = 0;
  std::uint64_t inside_stride = 1;
  std::uint64_t count = most;
  for (std::size_t dim = extent_.size(); dim-- > 0;) {
    const std::uint64_t coordinate = element % extent_[dim];
    element /= extent_[dim];
    const std::uint64_t at = coordinate % format_.chunk[dim];
    if (dim + 1 == extent_.size())
      count = std::min({count, extent_[dim] - coordinate, format_.chunk[dim] - at});
    offset_[dim] = coordinate - at;
    inside += at * inside_stride;
    inside_stride *= format_.chunk[dim];
  }
  const std::size_t bytes = static_cast<std::size_t>(count) * format_.element_bytes;
  runs_.push_back({numbers_.number(offset_),
                   static_cast<std::size_t>(inside) * format_.element_bytes, packed_used_, bytes});
  packed_used_ += bytes;
  return count;
}

void RunSource::finish() {
  std::stable_sort(runs_.begin(), runs_.end(),
                   [](const Run& a, const Run& b) { return a.number < b.number; });
  for (const Run& run : runs_) {
    if (touched_.empty() || touched_.back().number != run.number)
      touched_.push_back({run.number, 0});
    touched_.back().bytes += run.bytes;
  }
  if (elements_ == Elements::kUnique) return;
  // As many bytes as a chunk has would mean that all of it is replaced.
  const std::uint64_t most = std::max<std::uint64_t>(decoded_bytes(format_) - 1, 1);
  for (TouchedChunk& chunk : touched_) chunk.bytes = std::min(chunk.bytes, most);
}

std::span<const RunSource::Run> RunSource::runs_of(std::uint64_t number) const {
  const auto first =
      std::lower_bound(runs_.begin(), runs_.end(), number,
                       [](const Run& run, std::uint64_t wanted) { return run.number < wanted; });
  const auto last =
      std::upper_bound(first, runs_.end(), number,
                       [](std::uint64_t wanted, const Run& run) { return wanted < run.number; });
  return {first, last};
}

void RunSource::copy_into(std::uint64_t number, std::span<std::byte> chunk) const {
  for (const Run& run : runs_of(number))
    std::memcpy(chunk.data() + run.chunk_byte, packed_.data() + run.packed_byte, run.bytes);
}

void RunSource::pack(std::uint64_t number, std::vector<std::byte>& message) const {
  const std::size_t rank = extent_.size();
  Box box{Extent(rank), Extent(rank, 1)};
  for (const Run& run : runs_of(number)) {
    std::uint64_t element = run.chunk_byte / format_.element_bytes;
    for (std::size_t dim = rank; dim-- > 0;) {
      box.start[dim] = element % format_.chunk[dim];
      element /= format_.chunk[dim];
    }
    box.length[rank - 1] = run.bytes / format_.element_bytes;
    std::memcpy(add_piece(message, number, box, run.bytes).data(), packed_.data() + run.packed_byte,
                run.bytes);
  }
}

}  // namespace h5pave
