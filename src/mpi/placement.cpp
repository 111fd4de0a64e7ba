#include "mpi/placement.h"

#include <algorithm>
#include <cstring>

namespace h5pave {

namespace {

constexpr std::size_t kMostBytes = std::size_t{8} << 20;

/// The chunks from `first` on that go in one write; returns where the next write begins.
std::size_t end_of_run(const std::vector<PlacedChunk>& chunks, std::size_t first) {
  std::size_t bytes = chunks[first].stored.size();
  std::size_t last = first + 1;
  for (; last < chunks.size(); ++last) {
    const PlacedChunk& before = chunks[last - 1];
    if (chunks[last].address != before.address + before.stored.size() ||
        bytes + chunks[last].stored.size() > kMostBytes)
      break;
    bytes += chunks[last].stored.size();
  }
  return last;
}

}  // namespace

bool place(std::vector<PlacedChunk>& chunks, ByteBuffer& staging, SharedStore& store) {
  std::sort(chunks.begin(), chunks.end(),
            [](const PlacedChunk& a, const PlacedChunk& b) { return a.address < b.address; });
  for (std::size_t first = 0; first < chunks.size();) {
    const std::size_t last = end_of_run(chunks, first);
    std::span<const std::byte> data = chunks[first].stored;
    if (last > first + 1) {
      const std::span<std::byte> together = staging.get(kMostBytes);
      std::size_t used = 0;
      for (std::size_t i = first; i < last; ++i) {
        std::memcpy(together.data() + used, chunks[i].stored.data(), chunks[i].stored.size());
        used += chunks[i].stored.size();
      }
      data = together.first(used);
    }
    if (!store.write_at(chunks[first].address, data)) return false;
    first = last;
  }
  return true;
}

}  // namespace h5pave
