// How large libhdf5's chunk cache of one dataset should be (option `cache`): so large that the
// chunks to which a program comes back are still there.
//
// Called by plugin/cache_amendment.cpp. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "advisor/access_pattern.h"
#include "advisor/index_rules.h"
#include "advisor/index_size.h"

namespace h5pave {

struct CacheQuestion {
  ChunkedShape shape;  ///< Every chunk length > 0.
  Filters filters = Filters::kSome;
  AccessSpec access;                ///< Unsaid: one step of the first dimension after the other.
  std::uint64_t present_bytes = 0;  ///< What the cache holds as it is …
  std::uint64_t present_slots = 0;  ///< … and the places of its hash table.
  std::uint64_t most_bytes = 0;     ///< What it may hold.
};

struct CacheSize {
  std::uint64_t chunks = 0;  ///< That one access touches, or 1 where those are too many.
  std::uint64_t bytes = 0;
  std::uint64_t slots = 0;  ///< A prime, so that chunks in a line do not meet.
};

/// The chunks of the largest access, or one chunk where those take too much: the next access
/// usually comes back to them. Nothing where the cache is large enough, where a chunk is larger
/// than allowed, and for unfiltered chunks that are larger than the present cache: libhdf5 reads of
/// those only what is wanted, in place, and would read them whole into a cache that holds them.
std::optional<CacheSize> advise_cache(const CacheQuestion& question);

}  // namespace h5pave
