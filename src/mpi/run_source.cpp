#include "mpi/run_source.h"

#include <algorithm>
#include <cstring>

#include "mpi/pieces.h"

namespace h5pave {

RunSource::RunSource(const ChunkFormat& format, const Extent& extent, Elements elements)
    : format_(format), numbers_(extent, format.chunk), elements_(elements) {}

void RunSource::add(std::uint64_t first, std::uint64_t count, const std::byte* elements) {
  packed_.insert(packed_.end(), elements,
                 elements + static_cast<std::size_t>(count) * format_.element_bytes);
  while (count > 0) {
    const ChunkRow row = numbers_.row(first, count);
    const std::size_t bytes = static_cast<std::size_t>(row.count) * format_.element_bytes;
    runs_.push_back({row.number, static_cast<std::size_t>(row.inside) * format_.element_bytes,
                     packed_used_, bytes});
    packed_used_ += bytes;
    first += row.count;
    count -= row.count;
  }
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
  for (const Run& run : runs_of(number))
    std::memcpy(add_row_piece(message, number, format_.chunk, run.chunk_byte / format_.element_bytes,
                              run.bytes / format_.element_bytes, format_.element_bytes)
                    .data(),
                packed_.data() + run.packed_byte, run.bytes);
}

}  // namespace h5pave
