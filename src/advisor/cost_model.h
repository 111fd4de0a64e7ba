// What an access pattern costs with a given chunk shape: chunks touched, bytes moved, seconds.
// docs/advisor.md derives the formulas; the idea is that of Sarawagi and Stonebraker (1994) and
// Otoo, Rotem and Seshadri (2007), extended by what libhdf5 does: whole chunks are read and
// decoded, chunks that stay in the chunk cache only once, and a partly written chunk is read back
// first.
//
// Called by shape_search, shape_advice, the h5pave command. Thread rule: values and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "advisor/access_pattern.h"
#include "advisor/index_rules.h"
#include "advisor/storage_model.h"

namespace h5pave {

/// The dataset, as far as the cost of its accesses depends on it.
struct DatasetModel {
  std::vector<std::uint64_t> extent;  ///< Lengths to plan for, each > 0.
  std::uint64_t element_bytes = 1;
  Filters filters = Filters::kNone;
  double stored_ratio = 1;  ///< Stored bytes per decoded byte.
  double written_part = 1;  ///< Of the values, in the end; the others stay fill value.
  /// Of the program that will read: stock HDF5 1.14 has 1 MiB per dataset.
  std::uint64_t cache_bytes = std::uint64_t{1} << 20;
};

/// One access, on average. Of one that several MPI ranks make together (AccessBox::ranks) the part
/// of the rank that has most to do, which is how long all take.
struct Prediction {
  double seconds = 0;
  double chunks = 0;        ///< Chunks read or written; contiguous storage: requests.
  double bytes_moved = 0;   ///< Between file and memory, as stored; both directions.
  double bytes_wanted = 0;  ///< Of the box itself, decoded.
  /// Decoded bytes of the chunks touched per byte wanted: 1 when nothing is read in vain.
  double amplification = 1;
};

/// `chunk`: a length per dimension, each > 0. Requires box and chunk of the dataset's rank.
Prediction predict_chunked(const DatasetModel& dataset, std::span<const std::uint64_t> chunk,
                           const AccessBox& box, const StorageModel& storage);

/// The same for contiguous storage, through libhdf5's sieve buffer of 64 KiB.
Prediction predict_contiguous(const DatasetModel& dataset, const AccessBox& box,
                              const StorageModel& storage);

/// How much larger the file gets than the values themselves, as a factor ≥ 1: edge chunks are
/// stored whole, every chunk has an index entry.
double storage_overhead(const DatasetModel& dataset, std::span<const std::uint64_t> chunk);

/// What the search minimises: the seconds of an access by weight, times the storage overhead, so
/// that of two shapes that serve alike the one with the smaller file wins. Unfiltered chunks larger
/// than the cache count as the dearer of read in place and read whole.
double pattern_cost(const DatasetModel& dataset, std::span<const std::uint64_t> chunk,
                    std::span<const AccessBox> boxes, const StorageModel& storage);

/// The same for contiguous storage.
double contiguous_cost(const DatasetModel& dataset, std::span<const AccessBox> boxes,
                       const StorageModel& storage);

/// Decoded bytes of one chunk; saturates.
std::uint64_t shape_bytes(std::span<const std::uint64_t> chunk, std::uint64_t element_bytes);

}  // namespace h5pave
