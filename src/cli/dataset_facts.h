// What `h5pave info` tells about one dataset, without touching its values.
// Called by info_command. Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace h5pave::cli {

enum class Layout { kCompact, kContiguous, kChunked, kVirtual, kExternal, kUnknown };
enum class SpaceKind { kScalar, kSimple, kNull };

struct FilterFacts {
  int id = 0;
  std::string name;                  ///< filter_name()
  std::string words;                 ///< filter_words()
  std::vector<unsigned> parameters;  ///< As stored in the file.
  bool optional = false;             ///< A writer may leave it out of a chunk.
  bool can_decode = false;           ///< Here and now.
};

struct DatasetFacts {
  std::string path;
  std::string type;              ///< type_name()
  std::uint64_t type_bytes = 0;  ///< Size of one value in the file.
  SpaceKind space = SpaceKind::kSimple;
  std::vector<hsize_t> shape;      ///< Empty unless kSimple.
  std::vector<hsize_t> max_shape;  ///< H5S_UNLIMITED where unlimited.
  Layout layout = Layout::kUnknown;
  std::vector<hsize_t> chunk_shape;  ///< Empty unless chunked.
  std::uint64_t chunk_bytes = 0;     ///< Of one decoded chunk.
  std::uint64_t chunks_possible = 0;
  std::uint64_t chunks_allocated = 0;
  std::optional<int> index;  ///< H5D_chunk_index_t of a chunked dataset.
  std::vector<FilterFacts> filters;
  std::uint64_t stored_bytes = 0;
  std::uint64_t raw_bytes = 0;  ///< Values of the extent × type_bytes.
  std::optional<std::uint64_t> index_bytes;
};

/// Reads everything but index_bytes, and chunks_allocated and stored_bytes of chunked datasets,
/// which come from the list of chunks. Throws Hdf5Failure when the dataset's header cannot be
/// understood.
DatasetFacts read_facts(hid_t dataset, const std::string& path);

/// Reads index_bytes. Requires that listing the chunks worked: libhdf5 (1.14.5) crashes here when
/// the header of a v2 B-tree is damaged.
void read_index_bytes(hid_t dataset, DatasetFacts& facts);

/// E.g. "Extensible Array"; "unknown index 9" for one that is newer than this command.
std::string index_name(int index);

/// "chunked", "contiguous", …
std::string layout_name(Layout layout);

}  // namespace h5pave::cli
