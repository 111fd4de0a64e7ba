// The ranks that write one file together, as the HDF5-free part of the MPI writer sees them. The
// plugin implements it over mpi_table.h, the tests over threads.
//
// Called by the collective writer. Thread rule: one thread per rank. Functions marked collective
// must be called by all ranks in the same order; none throws before all ranks have left it, except
// the out-of-memory cases that all ranks agree on first. False: MPI reported an error on this rank.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace h5pave {

/// What one rank sends to, or got from, each other one.
using Messages = std::vector<std::vector<std::byte>>;

class Communicator {
 public:
  Communicator() = default;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// Each value becomes its maximum over all ranks.
  virtual bool all_max(std::span<std::int64_t> values) = 0;  // collective

  /// Gathers own.size() bytes, the same number on every rank, in rank order into `all`.
  virtual bool all_gather(std::span<const std::byte> own,
                          std::span<std::byte> all) = 0;  // collective

  /// Gathers records[r] records of `record_bytes` bytes from rank r, in rank order, into `all`.
  virtual bool all_gather_records(std::span<const std::byte> own, std::size_t record_bytes,
                                  std::span<const std::uint64_t> records,
                                  std::span<std::byte> all) = 0;  // collective

  /// Sends out[r] to rank r and fills in[r], which already has the size of what rank r sends.
  virtual bool exchange(const Messages& out, Messages& in) = 0;  // collective

  /// True when all ranks say that all is well, and MPI works.
  bool all_agree(bool is_well);  // collective

  /// True when all ranks have the same number, 0 or greater, and MPI works.
  bool all_same(std::int64_t number);  // collective
};

/// Sends out[r] to rank r and receives from those ranks r whose `sends_here[r]` is set, whatever
/// the size; out[r] is empty for all others. False on all ranks when one of them lacks the memory.
bool exchange_any_size(Communicator& ranks, const Messages& out,
                       const std::vector<bool>& sends_here, Messages& in);  // collective

}  // namespace h5pave
