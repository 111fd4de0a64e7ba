#include "advisor/cost_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "advisor/chunk_counts.h"
#include "advisor/saturating.h"

namespace h5pave {

namespace {

/// An index entry with its share of nodes and pages; the advisor does not know which index.
constexpr double kIndexEntryBytes = 32;
/// Chunks whose index entries come with one request (a page of a Fixed Array, a few B-tree nodes).
constexpr double kChunksPerIndexRequest = 1024;
/// libhdf5's buffer for contiguous datasets; smaller reads fetch this much.
constexpr double kSieveBytes = 65536;

/// Between MPI ranks, by a network of 10 Gb/s.
constexpr double kExchangeBytesPerSecond = 1e9;
constexpr double kMessageSeconds = 20e-6;

/// A codec's seconds for fill value, as a share of those for other values.
constexpr double kEncodingOfFill = 0.12;
constexpr double kDecodingOfFill = 0.4;

constexpr std::size_t kMaxRank = 32;

/// A box in one dimension.
struct Side {
  double length = 1;    ///< Of the box.
  double chunks = 1;    ///< Of the whole dimension.
  double boxes = 1;     ///< Side by side.
  ChunkCounts per_box;  ///< Expected.
};

/// Products over the dimensions.
struct Totals {
  double elements = 1;
  double touched = 1;         ///< Different ones, when boxes are repeated.
  double touched_singly = 1;  ///< Box by box.
  double covered = 1;
  double chunks = 1;        ///< Of the whole dataset.
  double boxes = 1;         ///< Side by side.
  double run_elements = 1;  ///< Of one stretch that lies together in a chunk.
};

std::uint64_t box_length(const DatasetModel& dataset, const AccessBox& box, std::size_t d) {
  return box.lengths[d] == kWholeDimension ? dataset.extent[d]
                                           : std::min(box.lengths[d], dataset.extent[d]);
}

/// The expected number of different chunks along dimension 0 that `repeats` boxes at independent
/// places touch: the classical occupancy formula, n·(1 - (1 - t/n)^N) for N boxes of t chunks.
double touched_by_many(double touched, double chunks, double repeats) {
  if (chunks <= touched) return chunks;
  return chunks * -std::expm1(repeats * std::log1p(-touched / chunks));
}

Side side_of(const DatasetModel& dataset, std::span<const std::uint64_t> chunk,
             const AccessBox& box, std::size_t d) {
  const std::uint64_t length = box_length(dataset, box, d);
  Side side;
  side.length = static_cast<double>(length);
  side.chunks = static_cast<double>(divide_up(dataset.extent[d], chunk[d]));
  side.boxes = std::ceil(static_cast<double>(dataset.extent[d]) / side.length);
  side.per_box = box.placement == Placement::kAnywhere
                     ? counts_anywhere(dataset.extent[d], length, chunk[d])
                     : counts_aligned(dataset.extent[d], length, chunk[d]);
  return side;
}

Totals totals_of(std::span<const Side> sides, const AccessBox& box) {
  Totals totals;
  for (std::size_t d = 0; d < sides.size(); ++d) {
    const Side& side = sides[d];
    const double repeats = d == 0 ? static_cast<double>(box.repeats) : 1;
    totals.elements *= side.length * repeats;
    totals.touched *= d == 0 && box.repeats > 1
                          ? touched_by_many(side.per_box.touched, side.chunks, repeats)
                          : side.per_box.touched;
    totals.touched_singly *= side.per_box.touched * repeats;
    totals.covered *= side.per_box.covered * repeats;
    totals.chunks *= side.chunks;
    totals.boxes *= side.boxes;
  }
  const Side& last = sides.back();
  totals.run_elements = std::max(1.0, last.length / last.per_box.touched);
  return totals;
}

/// Boxes in order come back to a chunk as long as it is in the cache: the loads per pass over the
/// dataset. A chunk met again along dimension d must stay while the box sweeps all later
/// dimensions, with everything that is loaded meanwhile.
double loads_in_order(std::span<const Side> sides, double chunk_bytes, double cache_bytes) {
  double loads = 1;
  double behind = 1;  // chunks of the later dimensions
  for (std::size_t d = sides.size(); d-- > 0;) {
    double rows = 1;  // of chunks in a box, each of which is gone through before the next box
    for (std::size_t before = 0; before < d; ++before) {
      rows *= std::ceil(sides[before].per_box.touched);
    }
    const double met_between = (rows - 1) * std::ceil(sides[d].per_box.touched) + 1;
    const double working_set = met_between * behind * chunk_bytes;
    const bool stays = working_set <= cache_bytes;
    loads *= stays ? sides[d].chunks
                   : std::max(sides[d].chunks, sides[d].boxes * sides[d].per_box.touched);
    behind *= sides[d].chunks;
  }
  return loads;
}

/// What happens to the chunks of one access.
struct ChunkWork {
  double read = 0;     ///< Fetched from the file and decoded.
  double written = 0;  ///< Encoded and stored.
};

ChunkWork chunk_work(const Totals& totals, const AccessBox& box, double loads) {
  const bool in_order = box.placement == Placement::kInOrder;
  const double touched = in_order ? loads / totals.boxes : totals.touched;
  if (box.kind == AccessKind::kRead) return {touched, 0};
  // In order every chunk is new when it is met first, and read back when it is loaded again.
  const double needs_no_read = in_order ? totals.chunks / totals.boxes : totals.covered;
  return {std::max(0.0, touched - needs_no_read), touched};
}

/// Seconds for `bytes` of which those after the first `limit` have another rate.
double seconds_at_two_rates(double bytes, std::uint64_t limit, double bytes_per_second,
                            double bytes_per_second_beyond) {
  const double first = std::min(bytes, static_cast<double>(limit));
  return first / bytes_per_second + (bytes - first) / bytes_per_second_beyond;
}

double decode_seconds(double chunk_bytes, const StorageModel& storage) {
  if (chunk_bytes < static_cast<double>(kDeflateWindowBytes))
    return chunk_bytes / storage.small_decode_bytes_per_second;
  return seconds_at_two_rates(chunk_bytes, kDecodedInCacheBytes, storage.decode_bytes_per_second,
                              storage.large_decode_bytes_per_second);
}

double encode_seconds(double chunk_bytes, const StorageModel& storage) {
  const double in_cache = std::min(chunk_bytes, static_cast<double>(kEncodedInCacheBytes));
  return seconds_at_two_rates(in_cache, kDeflateWindowBytes, storage.small_encode_bytes_per_second,
                              storage.encode_bytes_per_second) +
         (chunk_bytes - in_cache) / storage.large_encode_bytes_per_second;
}

/// How much of the chunks that an access codes is not fill value, on average.
struct Filled {
  double read = 1;
  double written = 1;
};

/// A write puts `own` of a chunk into each that it encodes. Until the dataset's part is written,
/// the chunk is encoded again for each such piece: on average when it is half of that full.
Filled filled(const DatasetModel& dataset, const AccessBox& box, const Totals& totals,
              const ChunkWork& work, double chunk_elements) {
  const double part = dataset.written_part;
  const bool writes = box.kind == AccessKind::kWrite;
  const double coded = (writes ? work.written : work.read) * chunk_elements;
  const double own = coded > 0 ? std::min(1.0, totals.elements / coded) : 1;
  if (!writes) return {own + (1 - own) * part, 1};
  return {std::max(own, part / 2), std::max(own, (own + part) / 2)};
}

/// What one chunk costs besides the storage.
struct ChunkSeconds {
  double decode = 0;
  double encode = 0;
};

ChunkSeconds chunk_seconds(double chunk_bytes, Filters filters, const Filled& filled,
                           const StorageModel& storage) {
  const double copy = chunk_bytes / storage.copy_bytes_per_second;
  if (filters == Filters::kNone) return {copy, copy};
  return {
      decode_seconds(chunk_bytes, storage) * (filled.read + (1 - filled.read) * kDecodingOfFill),
      encode_seconds(chunk_bytes, storage) *
          (filled.written + (1 - filled.written) * kEncodingOfFill)};
}

/// Unfiltered chunks that the cache cannot hold are read and written in place, run by run.
Prediction in_place(const Totals& totals, double element_bytes, const StorageModel& storage) {
  Prediction result;
  const double runs = totals.elements / totals.run_elements;
  result.chunks = totals.touched;
  result.bytes_wanted = totals.elements * element_bytes;
  result.bytes_moved = result.bytes_wanted;
  result.seconds = totals.touched * storage.chunk_seconds + runs * storage.request_seconds +
                   result.bytes_moved / storage.bytes_per_second +
                   result.bytes_wanted / storage.copy_bytes_per_second;
  return result;
}

/// The sides and totals of a box, for chunks of this shape.
struct Counted {
  std::array<Side, kMaxRank> sides;
  std::size_t rank;
  Totals totals;

  Counted(const DatasetModel& dataset, std::span<const std::uint64_t> chunk, const AccessBox& box)
      : rank(chunk.size()) {
    for (std::size_t d = 0; d < rank; ++d) sides.at(d) = side_of(dataset, chunk, box, d);
    totals = totals_of(used(), box);
  }

  std::span<const Side> used() const { return {sides.data(), rank}; }
};

/// What the boxes of all ranks cover together, side by side in row-major order, and how many boxes
/// have room there.
struct JoinedBoxes {
  AccessBox box;
  double count = 1;
};

JoinedBoxes joined(const DatasetModel& dataset, const AccessBox& box) {
  JoinedBoxes result{box};
  std::uint64_t left = box.ranks;
  for (std::size_t d = dataset.extent.size(); d-- > 0;) {
    const std::uint64_t length = box_length(dataset, box, d);
    const std::uint64_t along = std::min(left, divide_up(dataset.extent[d], length));
    result.box.lengths[d] = std::min(dataset.extent[d], saturating_product(length, along));
    result.count *= static_cast<double>(along);
    left = divide_up(left, along);
  }
  return result;
}

/// What one of the ranks that write filtered chunks together has to do: the one that encodes most.
/// Each chunk is encoded by one rank, which the others send their parts of it; nothing stays in a
/// cache from call to call, so what they do not cover together is read back.
Prediction written_by_ranks(const DatasetModel& dataset, std::span<const std::uint64_t> chunk,
                            const AccessBox& box, const StorageModel& storage) {
  const Totals one = Counted(dataset, chunk, box).totals;
  const JoinedBoxes all = joined(dataset, box);
  const Totals together = Counted(dataset, chunk, all.box).totals;
  const ChunkWork work = chunk_work(together, all.box, together.touched * together.boxes);
  const auto chunk_bytes = static_cast<double>(shape_bytes(chunk, dataset.element_bytes));
  const auto element_bytes = static_cast<double>(dataset.element_bytes);
  const ChunkSeconds codec =
      chunk_seconds(chunk_bytes, dataset.filters,
                    filled(dataset, all.box, together, work, chunk_bytes / element_bytes), storage);
  const double encoded =
      std::max(1.0, std::ceil(work.written / static_cast<double>(box.ranks) - 1e-9));
  const double decoded = encoded * work.read / work.written;
  const double sharing = std::max(1.0, all.count * one.touched / work.written);
  const double of_others = 1 - 1 / sharing;
  const double wanted_per_chunk =
      std::min(chunk_bytes, together.elements * element_bytes / work.written);

  Prediction result;
  result.chunks = encoded;
  result.bytes_wanted = one.elements * element_bytes;
  result.bytes_moved =
      (encoded + decoded) * (chunk_bytes * dataset.stored_ratio + kIndexEntryBytes);
  result.amplification =
      std::max(1.0, work.written * chunk_bytes / (together.elements * element_bytes));
  result.seconds = (encoded + decoded) * storage.request_seconds +
                   one.touched * storage.chunk_seconds +
                   result.bytes_moved / storage.bytes_per_second + decoded * codec.decode +
                   encoded * codec.encode + result.bytes_wanted / storage.copy_bytes_per_second +
                   one.elements / one.run_elements * storage.run_seconds +
                   encoded * (sharing - 1) * kMessageSeconds +
                   encoded * wanted_per_chunk * of_others / kExchangeBytesPerSecond;
  return result;
}

/// Unfiltered chunks need no encoder: each rank writes its part of each.
Prediction written_in_place_by_ranks(const DatasetModel& dataset,
                                     std::span<const std::uint64_t> chunk, const AccessBox& box,
                                     const StorageModel& storage) {
  const Totals one = Counted(dataset, chunk, box).totals;
  Prediction result;
  result.chunks = one.touched;
  result.bytes_wanted = one.elements * static_cast<double>(dataset.element_bytes);
  result.bytes_moved = result.bytes_wanted + one.touched * kIndexEntryBytes;
  result.seconds = one.touched * (storage.request_seconds + storage.chunk_seconds) +
                   result.bytes_moved / storage.bytes_per_second +
                   result.bytes_wanted / storage.copy_bytes_per_second +
                   one.elements / one.run_elements * storage.run_seconds;
  return result;
}

}  // namespace

std::uint64_t shape_bytes(std::span<const std::uint64_t> chunk, std::uint64_t element_bytes) {
  std::uint64_t bytes = element_bytes;
  for (const std::uint64_t length : chunk) bytes = saturating_product(bytes, length);
  return bytes;
}

Prediction predict_chunked(const DatasetModel& dataset, std::span<const std::uint64_t> chunk,
                           const AccessBox& box, const StorageModel& storage) {
  const bool filtered = dataset.filters == Filters::kSome;
  if (box.ranks > 1 && box.kind == AccessKind::kWrite)
    return filtered ? written_by_ranks(dataset, chunk, box, storage)
                    : written_in_place_by_ranks(dataset, chunk, box, storage);
  const Counted counted(dataset, chunk, box);
  Totals totals = counted.totals;
  const auto element_bytes = static_cast<double>(dataset.element_bytes);
  const auto chunk_bytes = static_cast<double>(shape_bytes(chunk, dataset.element_bytes));
  const auto cache_bytes = static_cast<double>(dataset.cache_bytes);
  // What the boxes of a batch have in common is loaded once only as long as all of it stays.
  if (totals.touched * chunk_bytes > cache_bytes) totals.touched = totals.touched_singly;
  if (!filtered && chunk_bytes > cache_bytes) return in_place(totals, element_bytes, storage);

  const ChunkWork work =
      chunk_work(totals, box, loads_in_order(counted.used(), chunk_bytes, cache_bytes));
  const ChunkSeconds one =
      chunk_seconds(chunk_bytes, dataset.filters,
                    filled(dataset, box, totals, work, chunk_bytes / element_bytes), storage);
  const double stored_bytes = chunk_bytes * (filtered ? dataset.stored_ratio : 1);
  const double requests = work.read + work.written;

  Prediction result;
  result.chunks = std::max(work.read, work.written);
  result.bytes_wanted = totals.elements * element_bytes;
  result.bytes_moved = requests * (stored_bytes + kIndexEntryBytes);
  result.amplification = std::max(1.0, result.chunks * chunk_bytes / result.bytes_wanted);
  const double index_requests = std::floor(result.chunks / kChunksPerIndexRequest);
  result.seconds = (requests + index_requests) * storage.request_seconds +
                   totals.touched * storage.chunk_seconds +
                   result.bytes_moved / storage.bytes_per_second + work.read * one.decode +
                   work.written * one.encode + result.bytes_wanted / storage.copy_bytes_per_second +
                   totals.elements / totals.run_elements * storage.run_seconds;
  return result;
}

Prediction predict_contiguous(const DatasetModel& dataset, const AccessBox& box,
                              const StorageModel& storage) {
  const auto element_bytes = static_cast<double>(dataset.element_bytes);
  double run = element_bytes;    // bytes that lie together
  double runs = 1;               // of them
  double loads = 1;              // of the sieve buffer
  double pitch = element_bytes;  // bytes from one step to the next along the dimension at hand
  double span = element_bytes;   // bytes from the first to the last of the box
  bool together = true;
  for (std::size_t d = dataset.extent.size(); d-- > 0;) {
    const auto length = static_cast<double>(box_length(dataset, box, d));
    const auto extent = static_cast<double>(dataset.extent[d]);
    span += (length - 1) * pitch;
    // Steps closer than the buffer is long share it.
    loads = pitch < kSieveBytes ? std::max(1.0, std::ceil(span / kSieveBytes)) : loads * length;
    (together ? run : runs) *= length;
    together = together && length == extent;
    pitch *= extent;
  }
  const auto repeats = static_cast<double>(box.repeats);
  const bool through_buffer = run < kSieveBytes;  // longer ones go straight to the program
  Prediction result;
  result.chunks = repeats * (through_buffer ? loads : runs);
  result.bytes_wanted = repeats * run * runs;
  result.bytes_moved = result.bytes_wanted;
  if (through_buffer)
    result.bytes_moved = std::max(result.bytes_moved, result.chunks * kSieveBytes);
  if (box.placement == Placement::kInOrder) {  // the buffer holds what comes next
    result.bytes_moved = std::max(result.bytes_wanted, std::min(result.bytes_moved, span));
  }
  result.amplification = result.bytes_moved / result.bytes_wanted;
  result.seconds = result.chunks * storage.request_seconds +
                   result.bytes_moved / storage.bytes_per_second +
                   repeats * runs * storage.run_seconds;
  if (through_buffer) result.seconds += result.bytes_wanted / storage.copy_bytes_per_second;
  return result;
}

double storage_overhead(const DatasetModel& dataset, std::span<const std::uint64_t> chunk) {
  // Padding is all one value: a codec leaves little of it.
  constexpr double kPaddingLeft = 0.1;
  double values = static_cast<double>(dataset.element_bytes);
  double stored = values;
  double chunks = 1;
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    const auto along = static_cast<double>(divide_up(dataset.extent[d], chunk[d]));
    chunks *= along;
    values *= static_cast<double>(dataset.extent[d]);
    stored *= along * static_cast<double>(chunk[d]);
  }
  const double padding = (stored - values) * (dataset.filters == Filters::kSome ? kPaddingLeft : 1);
  return 1 + (padding + chunks * kIndexEntryBytes) / values;
}

double pattern_cost(const DatasetModel& dataset, std::span<const std::uint64_t> chunk,
                    std::span<const AccessBox> boxes, const StorageModel& storage) {
  // HDF5 2.x, netCDF-C and many programs have a larger cache, and then read whole chunks where a
  // small one reads in place: a shape must be good for both.
  DatasetModel cached = dataset;
  cached.cache_bytes = std::max(dataset.cache_bytes, shape_bytes(chunk, dataset.element_bytes));
  const bool in_place =
      dataset.filters == Filters::kNone && cached.cache_bytes > dataset.cache_bytes;
  double seconds = 0;
  for (const AccessBox& box : boxes) {
    double one = predict_chunked(dataset, chunk, box, storage).seconds;
    if (in_place) one = std::max(one, predict_chunked(cached, chunk, box, storage).seconds);
    seconds += box.weight * one;
  }
  return seconds * storage_overhead(dataset, chunk);
}

double contiguous_cost(const DatasetModel& dataset, std::span<const AccessBox> boxes,
                       const StorageModel& storage) {
  double seconds = 0;
  for (const AccessBox& box : boxes) {
    seconds += box.weight * predict_contiguous(dataset, box, storage).seconds;
  }
  return seconds;
}

}  // namespace h5pave
