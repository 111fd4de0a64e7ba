// Where the chunks of an unfiltered dataset lie in the file. Once allocated, they stay there until
// the extent changes.
//
// Called by the plugin, which fills it in, and by the direct transfer. Thread rule: values.
#pragma once

#include <cstdint>
#include <vector>

#include "mpi/write_source.h"

namespace h5pave {

class ChunkPlaces {
 public:
  ChunkPlaces(const Extent& extent, const Extent& chunk);

  /// Chunks that cover `extent`; saturates.
  static std::uint64_t count(const Extent& extent, const Extent& chunk);

  /// Takes note of the address of the chunk whose first element is at `offset`; chunks outside the
  /// extent are left out.
  void set(const Extent& offset, std::uint64_t address);

  /// The address in bytes; kNoPlace when there is no such chunk in the file.
  std::uint64_t address(const Extent& offset) const;
  static constexpr std::uint64_t kNoPlace = ~std::uint64_t{0};

 private:
  const Extent extent_;
  const ChunkNumbers numbers_;
  std::vector<std::uint64_t> addresses_;
};

}  // namespace h5pave
