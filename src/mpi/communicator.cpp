#include "mpi/communicator.h"

#include <array>
#include <cstring>
#include <new>

namespace h5pave {

namespace {

/// Fills `sizes` with what each rank of `sends_here` will send; `has_memory` may be false already.
bool exchange_sizes(Communicator& ranks, const Messages& out, const std::vector<bool>& sends_here,
                    std::vector<std::uint64_t>& sizes) {
  const std::size_t count = out.size();
  Messages size_out;
  Messages size_in;
  bool has_memory = true;
  try {
    size_out.resize(count);
    size_in.resize(count);
    sizes.assign(count, 0);
    for (std::size_t rank = 0; rank < count; ++rank) {
      const std::uint64_t bytes = out[rank].size();
      if (bytes > 0) size_out[rank].resize(sizeof bytes);
      if (bytes > 0) std::memcpy(size_out[rank].data(), &bytes, sizeof bytes);
      if (sends_here[rank]) size_in[rank].resize(sizeof bytes);
    }
  } catch (const std::bad_alloc&) {
    has_memory = false;
  }
  if (!ranks.all_agree(has_memory) || !ranks.exchange(size_out, size_in)) return false;
  for (std::size_t rank = 0; rank < count; ++rank) {
    if (sends_here[rank]) std::memcpy(&sizes[rank], size_in[rank].data(), sizeof sizes[rank]);
  }
  return true;
}

}  // namespace

bool Communicator::all_agree(bool is_well) {
  std::int64_t trouble = is_well ? 0 : 1;
  return all_max({&trouble, 1}) && trouble == 0;
}

bool Communicator::all_same(std::int64_t number) {
  // The complement of a number has its maximum where the number has its minimum.
  std::array<std::int64_t, 2> ends{number, ~number};
  return all_max(ends) && ends[0] == ~ends[1];
}

bool exchange_any_size(Communicator& ranks, const Messages& out,
                       const std::vector<bool>& sends_here, Messages& in) {
  std::vector<std::uint64_t> sizes;
  bool is_well = exchange_sizes(ranks, out, sends_here, sizes);
  try {
    in.resize(out.size());
    for (std::size_t rank = 0; is_well && rank < out.size(); ++rank) in[rank].resize(sizes[rank]);
  } catch (const std::bad_alloc&) {
    is_well = false;
  }
  return ranks.all_agree(is_well) && ranks.exchange(out, in);
}

}  // namespace h5pave
