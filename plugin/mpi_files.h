// The open files of the mpio driver in which the ranks write together: their communicators, and
// what all ranks agreed on.
//
// Called by file_slots.cpp and mpi_write.cpp. Thread rule: the thread that called HDF5; functions
// marked collective are called by all ranks of a file.
#pragma once

#include <hdf5.h>

#include <map>
#include <memory>
#include <vector>

#include "commit/chunk_slots.h"
#include "config/options.h"
#include "driver_tap.h"
#include "mpi/collective_write.h"
#include "mpi/communicator.h"
#include "shared_dataset.h"

namespace h5pave {

struct MpiLibrary;

/// What the ranks that open a file agreed on.
class MpiAgreement {
 public:
  /// `list`: a file access list of the mpio driver. Every rank makes one before the file is opened.
  MpiAgreement(hid_t list, const Options& options);  // collective
  MpiAgreement(const MpiAgreement&) = delete;
  MpiAgreement& operator=(const MpiAgreement&) = delete;
  ~MpiAgreement();

  /// True when all ranks have a module and the same options.
  bool can_write_together() const { return reason_.empty(); }

  /// True when ranks were found to have different options: nothing may depend on those.
  bool options_differ() const { return options_differ_; }

  /// Why the ranks do not write together: the counted reason.
  std::string_view reason() const { return reason_; }

  Communicator& ranks() { return *ranks_; }
  int ranks_on_node() const { return ranks_on_node_; }

 private:
  std::unique_ptr<Communicator> ranks_;
  std::string_view reason_;
  bool options_differ_ = false;
  int ranks_on_node_ = 1;
};

/// An open file in which the ranks write together.
struct MpiFile {
  std::shared_ptr<MpiAgreement> agreement;
  std::shared_ptr<TappedFile> tapped;
  std::vector<OpeningRecord> openings;   ///< One per rank.
  ByteBuffer room;                       ///< For encoded chunks.
  ByteBuffer staging;                    ///< For what is written at once.
  bool is_poisoned = false;              ///< The ranks' views of the file may differ.
  bool reads_metadata_together = false;  ///< H5Pset_all_coll_metadata_ops.
  bool is_writable = false;              ///< Else no call of it is more collective than in stock.

  /// By dataset.
  std::map<decltype(DatasetKey::token), UnplacedChunks> unplaced;

  // Independent writes, see mpi_pending.h.
  int open_handles = 0;  ///< That the program opened the file with.
  std::map<decltype(DatasetKey::token), std::shared_ptr<SharedDataset>> pending;
  std::vector<std::uint64_t> counts;  ///< One per rank, for any content.
};

/// A file without its tap; null when there is no memory for it, or for add_mpi_file().
std::shared_ptr<MpiFile> make_mpi_file(const std::shared_ptr<MpiAgreement>& agreement) noexcept;
void add_mpi_file(std::shared_ptr<MpiFile> file) noexcept;

/// Opens a file below with a tap on its writes, where all ranks can do that; the file is remembered
/// until libhdf5 closes it. `genuine_list` has the mpio driver, `under_list` is a copy of it that
/// `open_below` uses. All that can fail on one rank alone is agreed on.
template <typename OpenBelow>
void* open_with_tap(const std::shared_ptr<MpiAgreement>& agreement, hid_t genuine_list,
                    hid_t under_list, OpenBelow&& open_below) {  // collective
  std::shared_ptr<MpiFile> file = make_mpi_file(agreement);
  const TapForOpen tap(genuine_list, under_list);
  void* const under = open_below();
  if (file != nullptr) file->tapped = tap.file();
  const bool is_ready = file != nullptr && file->tapped != nullptr && under != nullptr;
  if (agreement->ranks().all_agree(is_ready)) add_mpi_file(std::move(file));
  return under;
}

/// The file with this number, or null.
std::shared_ptr<MpiFile> find_mpi_file(unsigned long file_number);

}  // namespace h5pave
