// The chunk shapes that libraries choose when a program names none, recomputed: to recognise a
// shape that nobody chose, and to compare with. Verified against the libraries themselves by
// tests/h5py/library_shapes_test.sh where they can be had.
//
// Called by shape_advice, the h5pave command, bench/advisor. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "advisor/index_size.h"
#include "advisor/shape_search.h"

namespace h5pave {

/// h5py's guess_chunk, for chunks=True and for whatever needs chunks. Dimensions of length 0 count
/// as 1024. Source: h5py/_hl/filters.py (2.x to 3.16).
ChunkShape h5py_shape(const std::vector<std::uint64_t>& extent, std::uint64_t element_bytes);

/// Zarr's guess_chunks (2.x): h5py's with chunks of 128 KiB to 64 MiB. Source: zarr/util.py.
ChunkShape zarr_shape(const std::vector<std::uint64_t>& extent, std::uint64_t element_bytes);

/// netCDF-C's default: 1 along unlimited dimensions, the others in proportion to their lengths,
/// `default_bytes` together. Source: nc4_find_default_chunksizes2 in libhdf5/hdf5var.c.
ChunkShape netcdf_shape(const ChunkedShape& shape, std::uint64_t default_bytes);

/// netCDF-C's DEFAULT_CHUNK_SIZE: 4 MiB up to 4.8, 16 MiB later.
inline constexpr std::uint64_t kNetcdfOldBytes = std::uint64_t{4} << 20;
inline constexpr std::uint64_t kNetcdfBytes = std::uint64_t{16} << 20;

/// PyTables' _calc_chunkshape for `expected_rows` along `main_dimension`. Source: tables/leaf.py
/// and tables/utilsextension (2.x to 3.10, without Blosc2).
ChunkShape pytables_shape(const std::vector<std::uint64_t>& extent, std::size_t main_dimension,
                          std::uint64_t expected_rows, std::uint64_t element_bytes);

/// Dask's chunks='auto' for an array without chunks: as many whole dimensions as are shorter than
/// the edge of a cube of `chunk_bytes`, that edge for the others. Source: dask/array/core.py,
/// auto_chunks (2026.8).
ChunkShape dask_shape(const std::vector<std::uint64_t>& extent, std::uint64_t element_bytes,
                      std::uint64_t chunk_bytes);

/// Dask's array.chunk-size.
inline constexpr std::uint64_t kDaskBytes = std::uint64_t{128} << 20;

/// Rew's formula for one-dimensional and two-dimensional access of a field (T, Y, X) in balance,
/// generalised to any rank: N^(2/4) : N^(1/4) : N^(1/4) chunks per dimension. Source: R. Rew,
/// "Chunking Data: Choosing Shapes" (Unidata, 2013).
ChunkShape rew_shape(const std::vector<std::uint64_t>& extent, std::uint64_t element_bytes,
                     std::uint64_t chunk_bytes);

/// The library whose default `shape.chunk` is ("h5py", "netCDF-C", "PyTables"); nothing when none
/// of them would have chosen it: then a person did.
std::optional<std::string_view> library_default(const ChunkedShape& shape);

}  // namespace h5pave
