// `h5pave info --verify`: do the chunks of a file lie where they can, and do they decode?
// Called by info_command. Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cli/chunk_list.h"
#include "cli/dataset_facts.h"

namespace h5pave::cli {

struct VerifySummary {
  std::uint64_t datasets = 0;
  std::uint64_t chunks = 0;     ///< Chunks looked at.
  std::uint64_t bad = 0;        ///< Problems found.
  std::uint64_t unchecked = 0;  ///< Chunks that no filter here can decode.
};

/// Bytes of the file that belong to one chunk (or to one contiguous dataset).
struct FileRange {
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
  std::size_t owner = 0;  ///< Index into the names of the Verifier.
  std::size_t chunk = 0;
};

class Verifier {
 public:
  /// `file_bytes`: real size of the file.
  explicit Verifier(std::uint64_t file_bytes) : file_bytes_(file_bytes) {}

  /// Checks the addresses of a dataset and reads every chunk. `list` is empty unless chunked.
  void check(hid_t dataset, const DatasetFacts& facts, const ChunkList& list);

  /// Looks for overlaps between all that was checked; call once, after the last check().
  void check_overlaps();

  /// One line per problem: "/path chunk 0,4: …".
  const std::vector<std::string>& problems() const { return problems_; }

  /// One line per dataset that could not be decoded here, with what is missing.
  const std::vector<std::string>& notes() const { return notes_; }

  const VerifySummary& summary() const { return summary_; }

 private:
  void add_range(FileRange range);
  void check_decoding(hid_t dataset, const DatasetFacts& facts, const ChunkList& list);
  void problem(const std::string& text);
  std::string range_name(const FileRange& range) const;

  struct Owner {
    std::string path;
    std::size_t rank;
    std::vector<hsize_t> coordinates;
  };

  std::uint64_t file_bytes_;
  std::vector<Owner> owners_;
  std::vector<FileRange> ranges_;
  std::vector<std::string> problems_;
  std::vector<std::string> notes_;
  VerifySummary summary_;
};

}  // namespace h5pave::cli
