// Moves a box of an unfiltered, chunked dataset between the program's memory and the places of its
// chunks in the file, in few large writes or reads.
//
// Called by the plugin. Thread rule: the thread that called HDF5.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "commit/chunk_slots.h"
#include "mpi/chunk_places.h"
#include "mpi/file_bytes.h"
#include "transfer/box_transfer.h"

namespace h5pave {

/// Bytes that the box has in one piece in the file, at least; what a direct transfer is judged by.
std::uint64_t least_piece_bytes(const ChunkFormat& format, const Box& box);

/// True when every chunk that `box` touches has a place.
bool all_have_places(const ChunkPlaces& places, const ChunkFormat& format, const Box& box);

/// Writes `box`. Requires places for all its chunks, and elements in memory as they are in the file;
/// `staging` is for putting pieces together. False when a write failed. Throws std::bad_alloc.
bool write_directly(const ChunkPlaces& places, const ChunkFormat& format, const Box& box,
                    const MemoryBox<const std::byte>& memory, ByteBuffer& staging,
                    FileBytes& file);

/// Reads `box`, likewise.
bool read_directly(const ChunkPlaces& places, const ChunkFormat& format, const Box& box,
                   const MemoryBox<std::byte>& memory, ByteBuffer& staging, FileBytes& file);

}  // namespace h5pave
