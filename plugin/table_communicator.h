// The communicator of an open file, over the module's table.
//
// Called by mpi_files.cpp. Thread rule: as Communicator.
#pragma once

#include <vector>

#include "mpi/communicator.h"
#include "mpi/mpi_table.h"

namespace h5pave {

class TableCommunicator : public Communicator {
 public:
  /// Takes over `comm`.
  TableCommunicator(const H5paveMpiTable& table, H5paveMpiComm* comm)
      : table_(table),
        comm_(comm),
        out_(static_cast<std::size_t>(table.size(comm))),
        in_(out_.size()),
        out_bytes_(out_.size()),
        in_bytes_(out_.size()) {}
  ~TableCommunicator() override { table_.close(comm_); }

  int rank() const override { return table_.rank(comm_); }
  int size() const override { return table_.size(comm_); }

  bool all_max(std::span<std::int64_t> values) override {
    return table_.all_max(comm_, values.data(), static_cast<int>(values.size())) != 0;
  }

  bool all_gather(std::span<const std::byte> own, std::span<std::byte> all) override {
    return table_.all_gather(comm_, own.data(), static_cast<int>(own.size()), all.data()) != 0;
  }

  bool all_gather_records(std::span<const std::byte> own, std::size_t record_bytes,
                          std::span<const std::uint64_t> records,
                          std::span<std::byte> all) override {
    return table_.all_gather_records(comm_, own.data(), static_cast<int>(record_bytes),
                                     records.data(), all.data()) != 0;
  }

  bool exchange(const Messages& out, Messages& in) override {
    for (std::size_t rank = 0; rank < out_.size(); ++rank) {
      out_[rank] = out[rank].data();
      out_bytes_[rank] = out[rank].size();
      in_[rank] = in[rank].data();
      in_bytes_[rank] = in[rank].size();
    }
    return table_.exchange(comm_, out_.data(), out_bytes_.data(), in_.data(), in_bytes_.data()) !=
           0;
  }

 private:
  const H5paveMpiTable& table_;
  H5paveMpiComm* const comm_;
  // Here from the start, so that no exchange can fail for want of them.
  std::vector<const void*> out_;
  std::vector<void*> in_;
  std::vector<std::uint64_t> out_bytes_;
  std::vector<std::uint64_t> in_bytes_;
};

}  // namespace h5pave
