// Which chunk index a new dataset should get. The rules follow libhdf5's own choice for layout
// version 4 (H5D__layout_set_latest_indexing) and keep the v1 B-tree wherever a modern index would
// make a working program fail or its file much larger. See docs/advisor.md for the reasons.
//
// Called by: plugin/dataset_create.cpp once per chunked dataset. Thread rule: pure functions.
#pragma once

#include <string>
#include <vector>

#include "advisor/index_kind.h"
#include "advisor/index_size.h"

namespace h5pave {

/// What the file's version bounds say about chunk indexes.
enum class FileBounds {
  kDefault,        ///< Low bound below V110, high bound V110 or later: the list decides.
  kForbidsModern,  ///< High bound below V110: only the v1 B-tree.
  kForcesModern,   ///< Low bound V110 or later: libhdf5 already picks a modern index.
};

enum class Filters { kNone, kSome };
enum class Allocation { kLateOrIncremental, kEarly };
enum class FileDriver { kSerial, kMpi };
enum class OldReaders { kNo, kYes };  ///< kYes: HDF5 1.8 must read the dataset (compat=1.8).

struct IndexQuestion {
  ChunkedShape shape;
  Filters filters = Filters::kNone;
  Allocation allocation = Allocation::kLateOrIncremental;  ///< As the creation list says.
  FileDriver driver = FileDriver::kSerial;
  FileBounds bounds = FileBounds::kDefault;
  OldReaders old_readers = OldReaders::kNo;
  IndexRequest request = IndexRequest::kAuto;
};

/// What to do with the program's creation list.
enum class Amendment {
  kNone,                   ///< Use the program's own list.
  kModernLayout,           ///< Copy it and ask for layout version 4.
  kModernLayoutAllocated,  ///< The same, and allocate early: the Implicit index.
};

/// Why the advice is what it is; each is counted in the statistics.
enum class IndexReason {
  kFits,                 // a modern index that fits the shape
  kFileBoundsModern,     // libhdf5 picks it without us
  kFileBoundsOld,        // the high bound forbids modern indexes
  kOldReaders,           // compat=1.8
  kAsked,                // an override
  kFixedTooMany,         // ≥ 2^32 slots in a Fixed Array
  kFixedTooLarge,        // a Fixed Array larger than max(1 MiB, 5 % of the data)
  kExtensibleTooMany,    // > 2^16 slots per step of an Extensible Array, or ≥ 2^32 in use
  kExtensibleTooSparse,  // bounded dimensions far below their maximum
  kImplicitTooLarge,     // Implicit would allocate far more than the current extent
};

struct IndexAdvice {
  IndexKind before = IndexKind::kBtree1;  ///< What stock libhdf5 would use.
  IndexKind after = IndexKind::kBtree1;   ///< What the amended list gives.
  Amendment amendment = Amendment::kNone;
  IndexReason reason = IndexReason::kFits;
  bool refused = false;          ///< An override could not be followed.
  std::vector<IndexKind> legal;  ///< Set when refused: what could have been asked for.
};

/// The advice for one dataset. Requires a shape of rank ≥ 1 with positive chunk lengths.
IndexAdvice advise_index(const IndexQuestion& question);

/// The short name of a reason, as counted in the statistics ("fits", "fixed_array_too_large", …).
std::string_view reason_name(IndexReason reason);

/// True when the reason made h5pave leave the program's own list.
bool is_pass_through(IndexReason reason);

/// The reason in words with its numbers, for one log line.
std::string explain(const IndexQuestion& question, const IndexAdvice& advice);

/// One line for a refused override: what was asked, why not, and the legal ones.
std::string explain_refusal(const IndexQuestion& question, const IndexAdvice& advice);

}  // namespace h5pave
