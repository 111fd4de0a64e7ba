// Undoes a mistake of libhdf5 (seen in 1.14.5 and 2.2.0). An Extensible Array numbers chunks with
// its unlimited dimension moved to the front; H5Dchunk_iter counts as if it had not been moved, so
// that the coordinates of every chunk are wrong when that dimension is not the first.
//
// Symbols: dimension u is unlimited; M[d] = ⌈maxdims[d] / chunk[d]⌉ chunks may lie along d ≠ u.
//   libhdf5 writes chunk c at number  n = c[u]·ΠM[d≠u] + (c without u, row-major over M without u)
//   libhdf5 lists number n at         c'[d>u] = digits of n in the radices M[d>u], c'[u] = the
//   rest,
//                                     c'[d<u] = 0
// Source: H5VM_swizzle_coords with H5VM_chunk_index in H5D__earray_idx_get_addr, and the counting
// in H5D__earray_idx_iterate_cb. Called by chunk_list.cpp. Thread rule: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace h5pave::cli {

class ChunkOrder {
 public:
  /// `chunk_shape` and `max_shape` have one entry per dimension; `max_shape` has `unlimited` where
  /// a dimension is unlimited, in exactly one dimension.
  ChunkOrder(std::span<const std::uint64_t> chunk_shape, std::span<const std::uint64_t> max_shape,
             std::uint64_t unlimited);

  /// Replaces an offset (in elements) as H5Dchunk_iter lists it by the chunk's real offset.
  void restore(std::span<std::uint64_t> offset) const;

  /// The opposite, for tests.
  void rotate(std::span<std::uint64_t> offset) const;

 private:
  std::uint64_t listed_number(std::span<const std::uint64_t> offset) const;

  std::vector<std::uint64_t> chunk_shape_;
  std::vector<std::uint64_t> max_chunks_;  // 0 stands for unlimited
  std::size_t unlimited_dim_ = 0;
};

}  // namespace h5pave::cli
