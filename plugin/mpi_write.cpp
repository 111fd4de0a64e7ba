#include "mpi_write.h"

#include <string>

#include "h5/error_stack.h"
#include "mpi_dataset.h"
#include "mpi_direct.h"
#include "mpi_files.h"
#include "mpi_pending.h"
#include "mpi_session.h"
#include "mpi_source.h"
#include "mpi_verdicts.h"

namespace h5pave {

namespace {

constexpr Direction kWrite = Direction::kWrite;

/// libhdf5 remembers the place of the chunk that was written last as a raw chunk, and does not
/// notice when its own collective write moves that chunk (1.14.5, 2.2.0): a later read would return
/// what lies there then. So after a session only writes go to native HDF5 that it does not run
/// collectively, or that write nothing.
bool is_safe_natively(SharedDataset& shared, std::string_view reason, MpiFile& file) {
  if (reason == "empty_dataset") return true;
  const bool is_independent = reason == "type_conversion";
  return !shared.mpi().had_session || (is_independent && file.agreement->ranks().size() == 1);
}

ChunkIoResult failed() { return {ChunkIoResult::Kind::kFailed, {}, 0}; }

ChunkIoResult go_native(const SessionDataset& session, const DatasetTransfer& transfer,
                        const CollectiveEnd& end) {  // collective
  const std::string_view reason = reason_of(end.verdict);
  const bool is_damaged = end.verdict == kDamagedChunk;
  // A rank that opened the dataset anew knows of no session.
  const bool is_safe = is_safe_natively(session.shared, reason, session.file) &&
                       (!is_damaged || tolerates_damage(transfer.dxpl));
  if (session.file.agreement->ranks().all_agree(is_safe))
    return leave_to_native(transfer.dataset, kWrite, reason);
  if (is_damaged) {
    push_session_error(session, cause_of(end).c_str());
    return failed();
  }
  const std::string cause = "native HDF5 would have to (" + std::string(reason) +
                            "), which is not safe after h5pave wrote to this dataset; close it and "
                            "open it again before this write";
  push_session_error(session, cause.c_str());
  return failed();
}

/// A write of all ranks.
ChunkIoResult write_collective(const DatasetTransfer& transfer, const void* buffer, MpiFile& file,
                               PhaseSeconds* seconds) {  // collective
  Object& dataset = transfer.dataset;
  const SessionDataset session{*dataset.context,     dataset.under, *dataset.shared, file,
                               dataset.created_here, seconds};
  if (!commit_pending_of(session)) return failed();
  const Extent extent = session.shared.extent(dataset.under);
  MpiState& state = session.shared.mpi();
  // Stock tells of that as well, even of a write of nothing.
  const bool makes_storage =
      dataset.created_here && session.shared.facts().allocates_late() && !state.has_storage;
  CollectiveEnd end;
  {
    const RankPart part = part_of(transfer, buffer, extent);
    end = run_session(session, extent, part.verdict, part.source.get());
  }
  switch (end.kind) {
    case CollectiveEnd::Kind::kDone:
      state.has_storage = true;
      tell_in_list(transfer.dxpl, DoneAs::kCollectiveChunks, Chunks::kFiltered,
                   end.chunks > 0 || makes_storage ? H5D_VECTOR_IO : 0U);
      return {ChunkIoResult::Kind::kDone, {}, end.chunks};
    case CollectiveEnd::Kind::kNative:
      return go_native(session, transfer, end);
    default:
      push_session_error(session, cause_of(end).c_str());
      return failed();
  }
}

}  // namespace

ChunkIoResult write_in_mpi_file(const DatasetTransfer& transfer, const void* buffer,
                                PhaseSeconds* seconds) {
  Object& dataset = transfer.dataset;
  const MpiDataset found = find_mpi_dataset(dataset);
  if (found.file == nullptr) return leave_to_native(dataset, kWrite, found.native_reason);
  if (!found.file->is_writable) return leave_to_native(dataset, kWrite, "mpi_file_read_only");
  if (found.file->is_poisoned) {
    push_error("write a dataset", "an earlier write failed half way on some rank");
    return failed();
  }
  if (found.is_unfiltered) return write_unfiltered(transfer, buffer, *found.file);
  if (is_collective(transfer.dxpl)) return write_collective(transfer, buffer, *found.file, seconds);
  const ChunkIoResult kept = keep_until_all_meet(transfer, buffer, found.file);
  if (kept.kind == ChunkIoResult::Kind::kDone)
    tell_in_list(transfer.dxpl, DoneAs::kIndependent, Chunks::kFiltered, 0);
  return kept;
}

}  // namespace h5pave
