#include "mpi/chunk_places.h"

#include "advisor/saturating.h"

namespace h5pave {

ChunkPlaces::ChunkPlaces(const Extent& extent, const Extent& chunk)
    : extent_(extent),
      numbers_(extent, chunk),
      addresses_(static_cast<std::size_t>(count(extent, chunk)), kNoPlace) {}

std::uint64_t ChunkPlaces::count(const Extent& extent, const Extent& chunk) {
  std::uint64_t chunks = 1;
  for (std::size_t dim = 0; dim < extent.size(); ++dim)
    chunks = saturating_product(chunks, divide_up(extent[dim], chunk[dim]));
  return chunks;
}

void ChunkPlaces::set(const Extent& offset, std::uint64_t address) {
  for (std::size_t dim = 0; dim < extent_.size(); ++dim) {
    if (offset[dim] >= extent_[dim]) return;
  }
  addresses_[static_cast<std::size_t>(numbers_.number(offset))] = address;
}

std::uint64_t ChunkPlaces::address(const Extent& offset) const {
  return addresses_[static_cast<std::size_t>(numbers_.number(offset))];
}

}  // namespace h5pave
