#include "mpi/unplaced_chunks.h"

namespace h5pave {

void UnplacedChunks::keep(const PlacedChunk& chunk) {
  chunks_[chunk.number] = {chunk.address, {chunk.stored.begin(), chunk.stored.end()}};
}

bool UnplacedChunks::place_again(FileBytes& file) {
  for (auto next = chunks_.begin(); next != chunks_.end();) {
    const Kept& kept = next->second;
    next = file.write_at(kept.address, kept.stored) ? chunks_.erase(next) : std::next(next);
  }
  return chunks_.empty();
}

}  // namespace h5pave
