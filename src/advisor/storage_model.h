// What storage and libhdf5 cost: the constants of the cost model. Measured where docs/advisor.md
// says so; `h5pave plan --measure` takes some from the dataset at hand.
//
// Called by cost_model, the h5pave command. Thread rule: values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace h5pave {

/// Up to these sizes chunks are decoded and encoded within the processor's caches: of what comes
/// after, each filter fetches from memory what the one before it left (docs/advisor.md).
inline constexpr std::uint64_t kDecodedInCacheBytes = std::uint64_t{4} << 20;
inline constexpr std::uint64_t kEncodedInCacheBytes = std::uint64_t{512} << 10;
/// The first so many bytes of a chunk, deflate's window (RFC 1951), have less behind them to be
/// searched. In chunks that are shorter, what cannot be compressed, often half of the bytes, shares
/// a block of zlib's (16384 literals and copies) with the rest: it is coded instead of stored.
inline constexpr std::uint64_t kDeflateWindowBytes = std::uint64_t{32} << 10;

struct StorageModel {
  std::string_view name;
  double request_seconds = 0;                ///< Until the first byte of a read or write comes.
  double bytes_per_second = 0;               ///< Of one stream, after that.
  double decode_bytes_per_second = 0;        ///< Decoded bytes, stock zlib and shuffle, one core.
  double small_decode_bytes_per_second = 0;  ///< Of chunks below kDeflateWindowBytes.
  double encode_bytes_per_second = 0;
  double small_encode_bytes_per_second = 0;  ///< Of a chunk's first kDeflateWindowBytes.
  /// The same for what a chunk has beyond kDecodedInCacheBytes …
  double large_decode_bytes_per_second = 0;
  double large_encode_bytes_per_second = 0;  ///< … and kEncodedInCacheBytes.
  double copy_bytes_per_second = 0;          ///< Between chunk and program.
  double chunk_seconds = 0;             ///< libhdf5's work per chunk and access besides the bytes.
  double run_seconds = 0;               ///< libhdf5's work per run of adjacent elements copied.
  std::uint64_t least_chunk_bytes = 0;  ///< The byte range that chunks should lie in …
  std::uint64_t most_chunk_bytes = 0;
  std::uint64_t least_told_bytes = 0;  ///< … and its beginning where a user said the accesses …
  std::uint64_t usual_told_bytes = 0;  ///< … below which chunks must gain clearly.
};

/// A local disk: solid state, not in the page cache.
StorageModel local_storage();

/// What is planned for where nobody says: a parallel file system where several MPI ranks share the
/// file, else a local disk.
StorageModel usual_storage(std::uint64_t ranks);

/// The preset `local`, `parallel` (Lustre, GPFS, …) or `object` (S3 and its like).
std::optional<StorageModel> storage_preset(std::string_view name);

}  // namespace h5pave
